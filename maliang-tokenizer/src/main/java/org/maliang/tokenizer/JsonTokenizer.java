package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.maliang.tokenizer.jieba.JiebaSegmenter;

/**
 * A {@code tokenizer.json} run by Hugging Face's Rust library, of which only the ids cross into Java. Padding and
 * truncation that the file may ask for are switched off.
 */
final class JsonTokenizer implements Tokenizer {
    private final TokenizersLibrary library;
    private final Vocabulary vocabulary;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final boolean cutsWords; // whether jieba cuts first, and every word is encoded by itself
    private volatile int anchor = -1; // found when it is needed
    private long handle; // of the native tokenizer, which this object owns; 0 once closed

    private JsonTokenizer(Vocabulary vocabulary, String json, boolean cutsWords) {
        this.cutsWords = cutsWords;
        this.library = NativeLibrary.library();
        this.vocabulary = vocabulary;
        this.handle = library.createTokenizerFromString(json);
        library.disablePadding(handle);
        library.disableTruncation(handle);
    }

    /** Runs a {@code tokenizer.json}, to which the settings may add tokens. */
    static JsonTokenizer load(Path file, String json, TokenizerSettings settings) {
        return guarded(file, () -> {
            Vocabulary vocabulary = Vocabulary.parse(json);
            List<AddedToken> more = settings.addedTokens().stream()
                    .filter(token -> !vocabulary.added().contains(token.content()))
                    .toList();
            if (more.isEmpty() && !settings.splitsSpecialTokens()) {
                return new JsonTokenizer(vocabulary, json, settings.cutsWords());
            }
            ObjectNode whole = Json.parse(json, file);
            AddedToken.addAll(whole, more);
            return of(whole, settings);
        });
    }

    /** Runs what was read from other files into the form of a {@code tokenizer.json}. */
    static JsonTokenizer of(Path file, TokenizerSettings settings, Callable<ObjectNode> reader) {
        return guarded(file, () -> of(reader.call(), settings));
    }

    private static JsonTokenizer of(ObjectNode json, TokenizerSettings settings) throws IOException {
        String text = Json.text(json);
        Vocabulary vocabulary = Vocabulary.parse(text);
        if (!settings.splitsSpecialTokens()) {
            return new JsonTokenizer(vocabulary, text, settings.cutsWords());
        }
        json.withArray("added_tokens").removeIf(token -> token.path("special").asBoolean());
        return new JsonTokenizer(vocabulary, Json.text(json), settings.cutsWords());
    }

    /** Whatever goes wrong, in Java or in the library, is said in one line that names the file. */
    private static JsonTokenizer guarded(Path file, Callable<JsonTokenizer> work) {
        try {
            return work.call();
        } catch (TokenizerException e) {
            boolean whole = e.getMessage() != null && e.getMessage().startsWith("tokenizer: ");
            throw whole ? e : TextFile.unreadable(file, e);
        } catch (Exception e) {
            throw TextFile.unreadable(file, e);
        }
    }

    @Override
    public int[] encode(String text) {
        return encoded(text, words(text), encoding -> toInts(library.getTokenIds(encoding)));
    }

    @Override
    public PlacedTokens locate(String text) {
        String[] words = words(text);
        return encoded(text, words, encoding -> {
            int[] ids = toInts(library.getTokenIds(encoding));
            return new CharacterPlaces(text)
                    .of(ids, library.getTokenCharSpans(encoding), library.getWordIds(encoding), words);
        });
    }

    /** @param words empty where the library cuts the text itself */
    private <T> T encoded(String text, String[] words, LongFunction<T> use) {
        return reading(() -> {
            long encoding = cutsWords ? library.encodeList(open(), words, false) : library.encode(open(), text, false);
            try {
                return use.apply(encoding);
            } finally {
                library.deleteEncoding(encoding);
            }
        });
    }

    /** Uses the library while nobody closes it; what it cannot do is said as everything else is. */
    private <T> T reading(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } catch (TokenizerException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TokenizerException(
                    "tokenizer: the tokenizer.json cannot be used: " + Text.firstLine(e.getMessage()) + "; correct it",
                    e);
        } finally {
            lock.readLock().unlock();
        }
    }

    private String[] words(String text) {
        Text.requireWhole(text, "the text");
        return cutsWords ? JiebaSegmenter.standard().cut(text).toArray(String[]::new) : new String[0];
    }

    @Override
    public List<int[]> encodeAll(List<String> texts) {
        return texts.parallelStream().map(this::encode).toList();
    }

    @Override
    public List<String> tokens(int[] ids) {
        List<String> tokens = new ArrayList<>(ids.length);
        for (int id : ids) {
            tokens.add(token(id));
        }
        return tokens;
    }

    @Override
    public String decode(int[] ids) {
        return decode(ids, false);
    }

    @Override
    public String decode(int[] ids, boolean keepSpecial) {
        if (vocabulary.spellsBytes()) {
            TextStream stream = new ByteTextStream(this, vocabulary, keepSpecial);
            var text = new StringBuilder();
            for (int id : ids) {
                text.append(stream.push(id));
            }
            return text.append(stream.flush()).toString();
        }
        long[] wide = IntStream.of(ids)
                .map(this::requireKnown)
                .filter(id -> keepSpecial || !vocabulary.special().contains(id))
                .asLongStream()
                .toArray();
        if (wide.length == 0) {
            return "";
        }
        return reading(() -> library.decode(open(), wide, false));
    }

    @Override
    public int vocabularySize() {
        return vocabulary.tokens().length;
    }

    @Override
    public OptionalInt id(String token) {
        Integer id = vocabulary.ids().get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public String token(int id) {
        String token = vocabulary.tokens()[requireKnown(id)];
        return token == null ? "" : token;
    }

    @Override
    public byte[] bytes(int id, boolean first) {
        String token = token(id);
        if (vocabulary.special().contains(id)) {
            return new byte[0];
        }
        byte[] bytes = vocabulary.bytes(token);
        if (vocabulary.spellsBytes() || (vocabulary.fallsBack() && TokenBytes.isPartOfCharacter(bytes))) {
            return bytes;
        }
        vocabulary.requireOwnTexts();
        String text = first ? decode(new int[] {id}) : after(id);
        return text.indexOf(WindowTextStream.REPLACEMENT) < 0 ? text.getBytes(UTF_8) : new byte[0];
    }

    /** What an entry adds to a text that has begun. */
    private String after(int id) {
        int before = anchor();
        String known = decode(new int[] {before});
        String text = decode(new int[] {before, id});
        return text.startsWith(known) ? text.substring(known.length()) : "";
    }

    /** The first entry that is a visible text by itself; the entry 0 where there is none. */
    private int anchor() {
        if (anchor < 0) {
            anchor = IntStream.range(0, vocabularySize())
                    .filter(id -> !decode(new int[] {id}).isBlank())
                    .findFirst()
                    .orElse(0);
        }
        return anchor;
    }

    @Override
    public Set<Integer> specialIds() {
        return vocabulary.special();
    }

    @Override
    public Frame frame() {
        return vocabulary.frame();
    }

    @Override
    public TextStream stream() {
        return vocabulary.spellsBytes() ? new ByteTextStream(this, vocabulary, false) : new WindowTextStream(this);
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                library.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private long open() {
        if (handle == 0) {
            throw new TokenizerException("tokenizer: used after close; keep it open as long as it is needed");
        }
        return handle;
    }

    private int requireKnown(int id) {
        if (id < 0 || id >= vocabulary.tokens().length) {
            throw Vocabulary.outside(id, vocabulary.tokens().length);
        }
        return id;
    }

    private static int[] toInts(long[] ids) {
        int[] narrow = new int[ids.length];
        Arrays.setAll(narrow, i -> (int) ids[i]);
        return narrow;
    }
}
