package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang bench generate}. */
@Command(
        name = "generate",
        description = "How fast a model writes, one text at a time, after a text that does not count.")
final class GenerateBenchCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e6;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(names = "--prompt", description = "How the texts begin (default: ${DEFAULT-VALUE}).")
    private String prompt = "春江花月夜";

    @Option(names = "--length", description = "Tokens of a text (default: ${DEFAULT-VALUE}).")
    private int length = 100;

    @Option(names = "--runs", description = "Texts (default: ${DEFAULT-VALUE}).")
    private int runs = 7;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** One text: how long it took and what came out. */
    private record Run(double seconds, double firstMillis, int tokens, int characters) {}

    @Override
    public Integer call() {
        if (runs < 1) {
            throw new IllegalArgumentException("--runs " + runs + " is not positive: ask for at least 1");
        }
        Path directory = model.path();
        WritingThreads.suit(directory);
        List<Run> texts = new ArrayList<>();
        try (var loaded = LanguageModel.load(directory, model.placement())) {
            var options = loaded.defaults()
                    .withMaxTokens(length)
                    .withMinTokens(length)
                    .withSamples(1);
            write(loaded, options.withSeed(0));
            for (int run = 1; run <= runs; run++) {
                texts.add(write(loaded, options.withSeed(run)));
            }
        }
        String work = "generate " + directory + " " + length;
        BenchReport.of(List.of(
                        row(
                                work,
                                "characters_per_second",
                                texts.stream().mapToDouble(t -> t.characters() / t.seconds())),
                        row(work, "tokens_per_second", texts.stream().mapToDouble(t -> t.tokens() / t.seconds())),
                        row(work, "first_token_milliseconds", texts.stream().mapToDouble(Run::firstMillis))))
                .print(System.out, json);
        return 0;
    }

    private Run write(LanguageModel loaded, GenerationOptions options) {
        long[] first = {0};
        long start = System.nanoTime();
        Sample sample = loaded.generator()
                .write(prompt, options, (row, piece) -> first[0] = first[0] == 0 ? System.nanoTime() : first[0])
                .get(0);
        long end = System.nanoTime();
        String text = sample.text();
        return new Run(
                (end - start) / NANOS,
                (first[0] - start) / MILLIS,
                sample.tokens(),
                text.codePointCount(0, text.length()));
    }

    private static BenchReport.Row row(String work, String metric, DoubleStream values) {
        return BenchReport.Row.of(work, metric, values.toArray());
    }
}
