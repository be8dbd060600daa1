package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds out which tokenizer a model directory or a file holds, and opens it. */
final class TokenizerFiles {
    private static final List<String> PIECES =
            List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "chinese_vocab.model");

    /** Words and pairs, under the names that all use now and under OpenAI's first ones. */
    private static final List<List<String>> BYTE_PAIRS =
            List.of(List.of("vocab.json", "merges.txt"), List.of("encoder.json", "vocab.bpe"));

    private TokenizerFiles() {}

    /** Files that are read into the form of a {@code tokenizer.json}. */
    private record Source(Path file, Supplier<ObjectNode> json) {}

    static Tokenizer open(Path path) {
        TokenizerSettings settings = settings(path);
        Path json = whole(path);
        if (Files.isRegularFile(json)) {
            return JsonTokenizer.load(json, settings);
        }
        Path chinese = path.resolve("chinese_vocab.model");
        Path ids = path.resolve("vocab.json");
        if (Files.isRegularFile(chinese) && Files.isRegularFile(ids)) {
            return CpmFiles.open(chinese, ids);
        }
        Optional<Path> pieces = pieces(path);
        if (pieces.isPresent()) {
            return SentencePieceFiles.open(pieces.get(), settings);
        }
        Source files = source(path, settings).orElseThrow(() -> missing(json));
        return JsonTokenizer.of(files.file(), settings, files.json()::get);
    }

    /** The tokenizer as a {@code tokenizer.json}, with the tokens that other files add. */
    static ObjectNode json(Path path) {
        TokenizerSettings settings = settings(path);
        Path json = whole(path);
        if (Files.isRegularFile(json)) {
            ObjectNode whole = Json.read(json);
            AddedToken.addAll(whole, settings.addedTokens());
            return whole;
        }
        if (pieces(path).isPresent()) {
            throw new TokenizerException(
                    "tokenizer: " + pieces(path).get()
                            + " is a SentencePiece model, which has no form as a tokenizer.json here; give a directory with one");
        }
        return source(path, settings).orElseThrow(() -> missing(json)).json().get();
    }

    private static TokenizerSettings settings(Path path) {
        return Files.isDirectory(path) ? TokenizerSettings.of(path) : TokenizerSettings.none(path);
    }

    /** Where a {@code tokenizer.json} would be. */
    private static Path whole(Path path) {
        boolean other = path.toString().endsWith(".txt") || path.toString().endsWith(".model");
        return Files.isDirectory(path) || other ? path.resolve("tokenizer.json") : path;
    }

    private static Optional<Path> pieces(Path path) {
        if (Files.isRegularFile(path) && path.toString().endsWith(".model")) {
            return Optional.of(path);
        }
        return PIECES.stream().map(path::resolve).filter(Files::isRegularFile).findFirst();
    }

    private static Optional<Source> source(Path path, TokenizerSettings settings) {
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

    private static TokenizerException missing(Path file) {
        return new TokenizerException(
                "tokenizer: no " + file + "; give a model directory with a tokenizer.json (`maliang"
                        + " tokenizer train` makes one), a vocab.json and merges.txt, a vocab.txt, or a SentencePiece .model");
    }
}
