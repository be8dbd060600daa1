package org.maliang.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maliang.model.Decoder;
import org.maliang.tensor.Device;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Threads;
import org.maliang.train.bench.GenerationSpeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang bench generate}. */
@Command(
        name = "generate",
        description = "How fast a model reads and writes, alone and beside the most this machine could do.",
        footer = {
            "With --against, our work and the other program take turns. It prints the name of a row and a number a line,",
            "as 'prefill 512 226.0'; {\"prefill 512\": 226.0}; or what llama-bench -o jsonl prints."
        })
final class GenerateBenchCommand implements Callable<Integer> {
    private static final double GIGA = 1e9;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            description = "Random weights instead of a model: gpt2-124m, llama-1.1b, cpm-2.6b or tiny; f16 by default.")
    private @Nullable String shape;

    @Option(names = "--threads", description = "Threads of a product (default: what suits the model).")
    private @Nullable Integer threads;

    @Option(names = "--rounds", description = "How often everything is measured (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "WORK",
            description = "Rows whose names begin so: prefill, decode, parallel, first, write.")
    private List<String> only = List.of();

    @Option(names = "--uncached", description = "Also without a key-value cache.")
    private boolean uncached;

    @Option(names = "--prompt", description = "How the texts of a model begin (default: ${DEFAULT-VALUE}).")
    private String prompt = "春江花月夜";

    @Option(names = "--length", description = "Tokens of such a text (default: ${DEFAULT-VALUE}).")
    private int length = 100;

    @Option(
            names = "--against",
            paramLabel = "COMMAND",
            description = "Another program, run once a round; several are possible.")
    private List<String> against = List.of();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--csv", description = "Print lines of comma-separated values.")
    private boolean csv;

    @Override
    public Integer call() {
        require(rounds > 0, "--rounds " + rounds + " is not positive: ask for at least 1");
        require(length > 0, "--length " + length + " is not positive: ask for at least 1");
        require(threads == null || threads > 0, "--threads " + threads + " is not positive: ask for at least 1");
        require(!json || !csv, "--json and --csv exclude each other: choose one");
        require(shape == null || !model.named(), "--shape and --model exclude each other: choose one");
        SpeedTable table;
        try (MeasuredModel measured = open()) {
            table = measure(measured);
        }
        if (csv) {
            table.report().printCsv(System.out);
        } else if (json) {
            table.report().print(System.out, true);
        } else {
            table.print(System.out);
        }
        return 0;
    }

    private MeasuredModel open() {
        OptionalInt asked = threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
        return shape == null
                ? MeasuredModel.load(model.path(), model.placement(), asked)
                : MeasuredModel.random(shape, model.placement(), asked);
    }

    private Device device() {
        return model.placement().device();
    }

    private SpeedTable measure(MeasuredModel measured) {
        List<BenchReport.Row> once = new ArrayList<>();
        String loading = shape == null ? "load" : "draw weights";
        once.add(BenchReport.Row.of(loading, "seconds", measured.loading()));
        List<GenerationWork> work = new ArrayList<>();
        List<String> about = new ArrayList<>();
        measured.decoder().ifPresent(decoder -> {
            double first = new GenerationSpeed(decoder).firstToken(1); // packs the head, touches every page
            once.add(BenchReport.Row.of(loading + " to first token", "seconds", measured.loading() + first));
            once.add(BenchReport.Row.of("pack for many positions", "seconds", measured.ready()));
            work.addAll(GenerationWork.of(decoder, uncached));
            about.add(about(measured, decoder));
        });
        measured.writer().ifPresent(writer -> work.add(GenerationWork.write(writer, prompt, length)));
        work.removeIf(one -> !only.isEmpty() && only.stream().noneMatch(one.name()::startsWith));
        require(
                !work.isEmpty(),
                "--only " + String.join(",", only) + " names no row: write for example prefill,decode");
        return new GenerationRounds(device(), work, against).table(rounds, about, once);
    }

    private static String about(MeasuredModel measured, Decoder decoder) {
        MatMul.Size read = decoder.bodySize().plus(decoder.headSize());
        return String.format(
                Locale.ROOT,
                "%s: %,d parameters; %.3f GB of weights are read for a token; threads: %d",
                measured.name(),
                decoder.parameterCount(),
                read.bytes() / GIGA,
                Threads.threads());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
