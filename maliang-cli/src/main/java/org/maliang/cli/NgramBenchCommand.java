package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.maliang.train.data.Corpus;
import org.maliang.train.eval.CodeLength;
import org.maliang.train.eval.NgramModel;
import org.maliang.train.eval.XzBaseline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code maliang bench ngram}. */
@Command(
        name = "ngram",
        description = "Bits per character of held-out texts under a Kneser-Ney n-gram model of characters and under"
                + " xz -9e: what a trained model must beat.")
final class NgramBenchCommand implements Callable<Integer> {
    private static final String EVERYTHING = "all";

    @Option(
            names = "--train",
            arity = "1..*",
            required = true,
            paramLabel = "FILES",
            description = "Texts to learn from (.jsonl or plain, .gz .xz .zst too; patterns in quotes work).")
    private List<String> train = new ArrayList<>();

    @Option(
            names = "--valid",
            arity = "1..*",
            required = true,
            paramLabel = "FILES",
            description = "Held-out texts, scored file by file and together.")
    private List<String> valid = new ArrayList<>();

    @Option(names = "--order", description = "How many characters an n-gram has (default: ${DEFAULT-VALUE}).")
    private int order = 5;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final List<BenchReport.Row> rows = new ArrayList<>();

    @Override
    public Integer call() {
        var held = files(valid);
        var training = files(train);
        NgramModel model;
        try (var documents = training.documents()) {
            model = NgramModel.train(order, documents);
        }
        score(EVERYTHING, held, model);
        if (held.files().size() > 1) {
            held.files().forEach(file -> score(file.getFileName().toString(), Corpus.of(List.of(file)), model));
        }
        BenchReport.of(rows).print(System.out, json);
        return 0;
    }

    private void score(String work, Corpus texts, NgramModel model) {
        CodeLength ngram;
        CodeLength xz;
        try (var documents = texts.documents()) {
            ngram = model.score(documents);
        }
        try (var documents = texts.documents()) {
            xz = XzBaseline.score(documents);
        }
        if (ngram.documents() == 0) {
            throw new IllegalArgumentException(work + ": no text to score");
        }
        row(work, "ngram_bits_per_char", ngram.bitsPerCharacter());
        row(work, "ngram_bits_per_char_without_ends", ngram.bitsPerCharacterWithoutEnds());
        row(work, "ngram_bits_per_byte", ngram.bitsPerByte());
        row(work, "xz_bits_per_char", xz.bitsPerCharacter());
        row(work, "xz_bits_per_byte", xz.bitsPerByte());
    }

    private void row(String work, String metric, double value) {
        rows.add(BenchReport.Row.of(work, metric, value));
    }

    private static Corpus files(List<String> patterns) {
        return Corpus.matching(patterns, Path.of(""));
    }
}
