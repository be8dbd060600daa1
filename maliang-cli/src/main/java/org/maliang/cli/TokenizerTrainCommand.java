package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.train.TokenizerTraining;
import org.maliang.train.data.Corpus;
import org.maliang.train.recipe.TokenizerSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang tokenizer train FILES… --vocab-size N --out DIR}. */
@Command(name = "train", description = "Learn a vocabulary from text and write tokenizer.json.")
final class TokenizerTrainCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILES",
            arity = "1..*",
            description = "Plain text or JSONL with a text field, also as .gz, .xz or .zst; globs may be quoted.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--vocab-size",
            required = true,
            paramLabel = "N",
            description = "Entries at most, special tokens and the 256 bytes included.")
    private int vocabularySize;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where tokenizer.json goes.")
    private Path out = Path.of("");

    @Option(
            names = "--kind",
            defaultValue = "character",
            paramLabel = "KIND",
            description =
                    "character (one Han character, one token; default), byte (GPT-2's BPE) or unigram (SentencePiece's).")
    private TokenizerSource.Kind kind = TokenizerSource.Kind.CHARACTER;

    @Option(
            names = "--special",
            paramLabel = "TOKEN",
            description = "A special token beside <|endoftext|>; may be repeated.")
    private List<String> special = new ArrayList<>();

    @Override
    public Integer call() {
        var corpus = Corpus.matching(files, Path.of(""));
        var training = new TokenizerTraining(new TokenizerSource.Trained(kind, vocabularySize, special));
        try (var documents = corpus.documents();
                var progress = StageProgress.onTerminal()) {
            var trained = training.into(out, documents, progress::at);
            progress.close();
            System.out.printf(
                    Locale.ROOT, "%s: %,d entries%n", out.resolve("tokenizer.json"), trained.vocabularySize());
        }
        return 0;
    }
}
