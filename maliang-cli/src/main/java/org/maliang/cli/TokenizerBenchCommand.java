package org.maliang.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainedTokenizer;
import org.maliang.tokenizer.TrainingOptions;
import org.maliang.train.data.Corpus;
import org.maliang.train.data.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang bench tokenizer}. */
@Command(name = "tokenizer", description = "Megabytes of text a second, training a tokenizer and encoding with it.")
final class TokenizerBenchCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;

    /** What can be trained. */
    enum Kind {
        BYTE,
        CHARACTER,
        UNIGRAM;

        TokenizerTrainer trainer(TrainingOptions options) {
            return switch (this) {
                case BYTE -> TokenizerTrainer.bytes(options);
                case CHARACTER -> TokenizerTrainer.characters(options);
                case UNIGRAM -> TokenizerTrainer.unigram(options);
            };
        }
    }

    @Parameters(arity = "1..*", paramLabel = "FILES", description = "Texts (.jsonl or plain; .gz .xz .zst too).")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--kind",
            split = ",",
            description = "Which to train, of ${COMPLETION-CANDIDATES} (default: all of them).")
    private List<Kind> kinds = List.of(Kind.values());

    @Option(names = "--vocab-size", description = "Entries to learn (default: ${DEFAULT-VALUE}).")
    private int vocabularySize = 30_000;

    @Option(names = "--runs", description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (runs < 1) {
            throw new IllegalArgumentException("--runs " + runs + " is not positive: ask for at least 1");
        }
        List<String> texts;
        try (var documents = Corpus.matching(files, Path.of("")).documents()) {
            texts = documents.map(Document::text).toList();
        }
        var rows = new ArrayList<BenchReport.Row>();
        for (Kind kind : kinds) {
            measure(kind, texts, rows);
        }
        BenchReport.of(rows).print(System.out, json);
        return 0;
    }

    private void measure(Kind kind, List<String> texts, List<BenchReport.Row> rows) throws IOException {
        String work = kind.name().toLowerCase(Locale.ROOT) + " " + vocabularySize;
        double megabytes =
                texts.stream().mapToLong(TokenizerBenchCommand::bytes).sum() / MEGABYTE;
        var trainer = kind.trainer(TrainingOptions.of(vocabularySize));
        var trained = new ArrayList<TrainedTokenizer>();
        double[] training = speeds(megabytes, () -> trained.add(trainer.train(texts.stream())));
        rows.add(BenchReport.Row.of(work, "train_megabytes_per_second", training));
        Path directory = Files.createTempDirectory("maliang-bench");
        try {
            trained.get(0).write(directory);
            try (var tokenizer = Tokenizer.load(directory)) {
                double[] encoding = speeds(megabytes, () -> tokenizer.encodeAll(texts));
                rows.add(BenchReport.Row.of(work, "encode_megabytes_per_second", encoding));
            }
        } finally {
            delete(directory);
        }
    }

    private double[] speeds(double megabytes, Runnable work) {
        double[] speeds = new double[runs];
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            work.run();
            speeds[run] = megabytes / ((System.nanoTime() - start) / 1e9);
        }
        return speeds;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
