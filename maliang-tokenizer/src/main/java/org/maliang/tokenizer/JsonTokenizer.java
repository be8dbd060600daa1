package org.maliang.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A {@code tokenizer.json} run by Hugging Face's Rust library, of which only the ids cross into Java. Padding and
 * truncation that the file may ask for are switched off.
 */
final class JsonTokenizer implements Tokenizer {
    private final TokenizersLibrary library;
    private final Vocabulary vocabulary;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle; // of the native tokenizer, which this object owns; 0 once closed

    private JsonTokenizer(Vocabulary vocabulary, String json) {
        this.library = NativeLibrary.library();
        this.vocabulary = vocabulary;
        this.handle = library.createTokenizerFromString(json);
        library.disablePadding(handle);
        library.disableTruncation(handle);
    }

    static JsonTokenizer load(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        if (!Files.isRegularFile(file)) {
            throw new TokenizerException("tokenizer: no " + file
                    + "; give a model directory or a tokenizer.json (`maliang tokenizer train` makes one)");
        }
        try {
            String json = Files.readString(file);
            return new JsonTokenizer(Vocabulary.parse(json), json);
        } catch (CharacterCodingException e) {
            throw new TokenizerException(unreadable(file, "it is not UTF-8"), e);
        } catch (TokenizerException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new TokenizerException(unreadable(file, Text.firstLine(e.getMessage())), e);
        }
    }

    private static String unreadable(Path file, String why) {
        return "tokenizer: cannot read " + file + ": " + why + "; fetch or train it again";
    }

    @Override
    public int[] encode(String text) {
        Text.requireWhole(text, "the text");
        lock.readLock().lock();
        try {
            long encoding = library.encode(open(), text, false);
            try {
                return toInts(library.getTokenIds(encoding));
            } finally {
                library.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
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
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = requireKnown(ids[i]);
        }
        lock.readLock().lock();
        try {
            return library.decode(open(), wide, !keepSpecial);
        } finally {
            lock.readLock().unlock();
        }
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
    public Set<Integer> specialIds() {
        return vocabulary.special();
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
            throw new TokenizerException("tokenizer: id " + id + " is outside the vocabulary of "
                    + vocabulary.tokens().length + " entries; use the tokenizer the ids were made with");
        }
        return id;
    }

    private static int[] toInts(long[] ids) {
        int[] narrow = new int[ids.length];
        Arrays.setAll(narrow, i -> (int) ids[i]);
        return narrow;
    }
}
