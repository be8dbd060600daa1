package org.maliang.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds out which tokenizer a model directory or a file holds, and opens it. */
final class TokenizerFiles {
    private static final List<String> PIECES =
            List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "chinese_vocab.model");

    private TokenizerFiles() {}

    static Tokenizer open(Path path) {
        return Files.isDirectory(path) ? openDirectory(path) : openFile(path);
    }

    private static Tokenizer openDirectory(Path directory) {
        TokenizerSettings settings = TokenizerSettings.of(directory);
        Path json = directory.resolve("tokenizer.json");
        if (Files.isRegularFile(json)) {
            return JsonTokenizer.load(json, settings);
        }
        Path merges = directory.resolve("merges.txt");
        Path pairs = directory.resolve("vocab.json");
        Path chinese = directory.resolve("chinese_vocab.model");
        if (Files.isRegularFile(chinese) && Files.isRegularFile(pairs)) {
            return CpmFiles.open(chinese, pairs);
        }
        for (String name : PIECES) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return SentencePieceFiles.open(directory.resolve(name), settings);
            }
        }
        if (Files.isRegularFile(pairs) && Files.isRegularFile(merges)) {
            return JsonTokenizer.of(pairs, settings, () -> new BytePairFiles(pairs, merges, settings).json());
        }
        Path words = directory.resolve("vocab.txt");
        if (Files.isRegularFile(words)) {
            return JsonTokenizer.of(words, settings, () -> new WordPieceFiles(words, settings).json());
        }
        throw missing(json);
    }

    private static Tokenizer openFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw missing(file);
        }
        TokenizerSettings none = TokenizerSettings.none(file);
        if (file.getFileName().toString().endsWith(".txt")) {
            return JsonTokenizer.of(file, none, () -> new WordPieceFiles(file, none).json());
        }
        return file.getFileName().toString().endsWith(".model")
                ? SentencePieceFiles.open(file, none)
                : JsonTokenizer.load(file, none);
    }

    private static TokenizerException missing(Path file) {
        return new TokenizerException(
                "tokenizer: no " + file + "; give a model directory with a tokenizer.json (`maliang"
                        + " tokenizer train` makes one), a vocab.json and merges.txt, a vocab.txt, or a SentencePiece .model");
    }
}
