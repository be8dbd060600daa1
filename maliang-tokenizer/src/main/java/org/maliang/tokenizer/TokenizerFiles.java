package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePiece;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;

/**
 * The files that make a tokenizer: those of a model directory, one file, or some in memory, where a model's file holds
 * them inside. Which there are decides what kind it is.
 *
 * <pre>{@code
 * TokenizerFiles files = TokenizerFiles.of(Path.of("model.gguf"), Map.of("tokenizer.json", json));
 * try (Tokenizer tokenizer = files.open()) { ... }
 * }</pre>
 */
public final class TokenizerFiles {
    /** Hugging Face's one file. */
    public static final String JSON = "tokenizer.json";

    private static final String CPM = "chinese_vocab.model";
    private static final String IDS = "vocab.json";
    private static final List<String> PIECES =
            List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", CPM);

    /** Words and pairs, under the names that all use now and under OpenAI's first ones. */
    private static final List<List<String>> BYTE_PAIRS =
            List.of(List.of("vocab.json", "merges.txt"), List.of("encoder.json", "vocab.bpe"));

    private final Path path;
    private final boolean inMemory;
    private final Map<String, byte[]> inside;
    private final TokenizerSettings settings;

    private TokenizerFiles(Path path, boolean inMemory, Map<String, byte[]> inside) {
        this.path = path;
        this.inMemory = inMemory;
        this.inside = inside;
        boolean alone = !inMemory && !Files.isDirectory(path);
        this.settings = alone ? TokenizerSettings.none(path) : new TokenizerSettings(path, this::jsonIfPresent);
    }

    /** Those of a model directory, or one file; see {@link Tokenizer#load}. */
    public static TokenizerFiles at(Path path) {
        return new TokenizerFiles(path, false, Map.of());
    }

    /**
     * Files in memory, by name: {@code tokenizer.json}, or a SentencePiece model under a name that it has in directories,
     * for CPM with {@code vocab.json}; and {@code tokenizer_config.json}. None means that there is no tokenizer.
     *
     * @param source what errors name
     */
    public static TokenizerFiles of(Path source, Map<String, byte[]> files) {
        return new TokenizerFiles(source, true, Collections.unmodifiableMap(new LinkedHashMap<>(files)));
    }

    /** The files in memory; those of a directory stay there. */
    public Map<String, byte[]> inside() {
        return inside;
    }

    /** Opens the tokenizer; {@link TokenizerException} if there is none, or it cannot be understood. */
    public Tokenizer open() {
        Path json = whole();
        if (has(json)) {
            return JsonTokenizer.load(json, TextFile.decode(json, bytes(json)), settings);
        }
        Optional<Path> pieces = pieceFile();
        if (pieces.isPresent()) {
            SentencePiece model = sentencePiece(pieces.get());
            return isCpm()
                    ? CpmFiles.tokenizer(model, cpmVocabulary(model))
                    : new SentencePieceFiles(model, settings).tokenizer();
        }
        Source files = source().orElseThrow(() -> missing(json));
        return JsonTokenizer.of(files.file(), settings, files.json()::get);
    }

    /** The tokenizer as a {@code tokenizer.json}, with the tokens that other files add; empty for SentencePiece's. */
    public Optional<ObjectNode> json() {
        Path json = whole();
        if (has(json)) {
            ObjectNode whole = Json.parse(TextFile.decode(json, bytes(json)), json);
            AddedToken.addAll(whole, settings.addedTokens());
            return Optional.of(whole);
        }
        return pieceFile().isPresent()
                ? Optional.empty()
                : source().map(files -> files.json().get());
    }

    /**
     * The vocabulary of SentencePiece, its entries in the order of their ids: pieces, and as control or user-defined ones
     * the tokens that other files add. What has no entry is an unused one. Empty for other tokenizers.
     */
    public Optional<SentencePieceModel> pieces() {
        if (has(whole())) {
            return Optional.empty();
        }
        return pieceFile()
                .map(this::sentencePiece)
                .map(model -> vocabulary(model).asModel(isCpm() ? PieceType.UNUSED : PieceType.USER_DEFINED));
    }

    /** What {@code tokenizer_config.json} says under a key; missing where it is silent. */
    public JsonNode setting(String key) {
        return settings.option(key);
    }

    /** Whether jieba cuts text into words before, as CPM and AliceMind have it. */
    public boolean cutsWords() {
        return isCpm() || settings.cutsWords();
    }

    /**
     * Makes the vocabulary smaller: entries that a corpus does not need go, the others move together. Text of which all
     * ids are kept is encoded as before, but for the new numbers, and comes back as before.
     *
     * <p>Besides the ids asked for these stay: added and special tokens, the entries for bytes, the unknown one, of BPE the
     * halves that kept entries are joined from, and of Unigram those that other scores are reckoned from.
     *
     * @param keep ids that must stay, usually those that a corpus was encoded to
     * @throws TokenizerException if there is no tokenizer, or it cannot be understood
     */
    public PrunedVocabulary pruned(BitSet keep) {
        open().close(); // what cannot be opened is refused in the usual words
        Optional<ObjectNode> json = json();
        if (json.isPresent()) {
            return new VocabularyPruner(json.get()).prune(keep, settings);
        }
        Path file = pieceFile().orElseThrow(() -> missing(whole()));
        SentencePiece model = sentencePiece(file);
        var pruner =
                new PiecePruner(model, vocabulary(model), file.getFileName().toString());
        return isCpm() ? pruner.prune(keep, IDS) : pruner.prune(keep, settings);
    }

    private PieceVocabulary vocabulary(SentencePiece model) {
        return isCpm() ? cpmVocabulary(model) : new SentencePieceFiles(model, settings).vocabulary();
    }

    private PieceVocabulary cpmVocabulary(SentencePiece model) {
        return CpmFiles.vocabulary(model, path.resolve(IDS), jsonIfPresent(IDS));
    }

    private boolean isCpm() {
        return !has(whole()) && has(path.resolve(CPM)) && has(path.resolve(IDS));
    }

    private SentencePiece sentencePiece(Path file) {
        try {
            if (!inMemory && Files.size(file) > SentencePieceModel.LARGEST) {
                throw TextFile.unreadable(file, Files.size(file) + " bytes are more than a SentencePiece model has");
            }
            return SentencePiece.parse(bytes(file));
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        }
    }

    private boolean has(Path file) {
        return inMemory ? inside.containsKey(file.getFileName().toString()) : Files.isRegularFile(file);
    }

    private byte[] bytes(Path file) {
        byte[] known = inside.get(file.getFileName().toString());
        return known == null ? TextFile.bytes(file) : known;
    }

    private ObjectNode jsonIfPresent(String name) {
        Path file = path.resolve(name);
        return has(file) ? Json.parse(TextFile.decode(file, bytes(file)), file) : Json.object();
    }

    /** Where a {@code tokenizer.json} would be. */
    private Path whole() {
        boolean other = path.toString().endsWith(".txt") || path.toString().endsWith(".model");
        return inMemory || Files.isDirectory(path) || other ? path.resolve(JSON) : path;
    }

    private Optional<Path> pieceFile() {
        if (!inMemory && path.toString().endsWith(".model") && Files.isRegularFile(path)) {
            return Optional.of(path);
        }
        Optional<Path> cpm = Optional.of(path.resolve(CPM)).filter(file -> isCpm());
        return cpm.or(() -> PIECES.stream().map(path::resolve).filter(this::has).findFirst());
    }

    /** Files that are read into the form of a {@code tokenizer.json}. */
    private record Source(Path file, Supplier<ObjectNode> json) {}

    private Optional<Source> source() {
        if (inMemory) {
            return Optional.empty();
        }
        for (List<String> names : BYTE_PAIRS) {
            Path pairs = path.resolve(names.get(0));
            Path merges = path.resolve(names.get(1));
            if (Files.isRegularFile(pairs) && Files.isRegularFile(merges)) {
                return Optional.of(new Source(pairs, () -> new BytePairFiles(pairs, merges, settings).json()));
            }
        }
        Path words = path.toString().endsWith(".txt") ? path : path.resolve("vocab.txt");
        return Files.isRegularFile(words)
                ? Optional.of(new Source(words, () -> new WordPieceFiles(words, settings).json()))
                : Optional.empty();
    }

    private TokenizerException missing(Path file) {
        if (inMemory) {
            return new TokenizerException(
                    "tokenizer: " + path
                            + " holds none that is known here; name the model directory it was made of, or one with its tokenizer");
        }
        return new TokenizerException(
                "tokenizer: no " + file + "; give a model directory with a tokenizer.json (`maliang"
                        + " tokenizer train` makes one), a vocab.json and merges.txt, a vocab.txt, or a SentencePiece .model");
    }

    /** Writes files into a directory, which is made if needed; each appears whole or not at all. */
    static void write(Path directory, Map<String, byte[]> files) {
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                replace(directory.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new TokenizerException(
                    "tokenizer: cannot write to " + directory + ": " + Text.firstLine(e.toString())
                            + "; check the disk and the permissions",
                    e);
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.write(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
