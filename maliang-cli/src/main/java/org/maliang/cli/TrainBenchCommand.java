package org.maliang.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import org.maliang.tensor.DType;
import org.maliang.train.bench.Gemm;
import org.maliang.train.bench.ModelShape;
import org.maliang.train.bench.Rival;
import org.maliang.train.bench.TrainingSteps;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang bench train}. */
@Command(
        name = "train",
        description = "How fast this machine trains: forward, backward and AdamW on random tokens.",
        footer = "With --against, our steps and the other program take turns, so that both see the same machine.")
final class TrainBenchCommand implements Callable<Integer> {
    private static final int GEMM_RUNS = 5;

    private final Map<String, ModelShape> shapes = shapes();

    @Option(names = "--shape", description = "gpt2-124m or small (default: ${DEFAULT-VALUE}).")
    private String shape = "gpt2-124m";

    @Option(names = "--precision", description = "f32 or bf16 (default: ${DEFAULT-VALUE}).")
    private String precision = "bf16";

    @Option(names = "--batch", description = "Rows of a step (default: ${DEFAULT-VALUE}).")
    private int batch = 4;

    @Option(names = "--context", description = "Tokens of a row (default: ${DEFAULT-VALUE}).")
    private int context = 512;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--steps",
            description = "Steps of a round, after one that does not count (default: ${DEFAULT-VALUE}).")
    private int steps = 5;

    @Option(names = "--rounds", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
            names = "--against",
            paramLabel = "COMMAND",
            description = "A program that prints its own tokens/s, run once a round.")
    private List<String> against = List.of();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        ModelShape chosen = shapes.get(shape);
        if (chosen == null) {
            throw new IllegalArgumentException("--shape " + shape + " is unknown: take one of " + shapes.keySet());
        }
        DType type = DType.of(precision);
        var setting = new TrainingSteps.Setting(chosen, type, batch, context, device.device());
        String work = String.join(" ", "train", shape, precision, batch + "x" + context);
        List<double[]> ours = new ArrayList<>();
        List<List<Double>> theirs =
                against.stream().<List<Double>>map(a -> new ArrayList<>()).toList();
        List<Double> ceiling = new ArrayList<>();
        double operations;
        try (var training = new TrainingSteps(setting)) {
            operations = training.operationsPerToken();
            for (int round = 0; round < rounds; round++) {
                Arrays.stream(Gemm.SQUARE.gigaflops(device.device(), type, GEMM_RUNS))
                        .forEach(ceiling::add);
                ours.add(training.tokensPerSecond(steps));
                for (int i = 0; i < against.size(); i++) {
                    theirs.get(i).add(new Rival(against.get(i)).tokensPerSecond());
                }
            }
        }
        double[] speed = ours.stream().flatMapToDouble(Arrays::stream).toArray();
        var gemm = BenchReport.Row.of(
                "gemm " + Gemm.SQUARE + " " + precision.toLowerCase(Locale.ROOT), "gigaflops", numbers(ceiling));
        double[] flops = DoubleStream.of(speed).map(s -> s * operations / 1e9).toArray();
        List<BenchReport.Row> rows = new ArrayList<>();
        rows.add(BenchReport.Row.of(work, "tokens_per_second", speed));
        rows.add(BenchReport.Row.of(work, "gigaflops", flops));
        rows.add(BenchReport.Row.of(
                work,
                "model_flop_utilisation",
                DoubleStream.of(flops).map(f -> f / gemm.max()).toArray()));
        for (int i = 0; i < against.size(); i++) {
            rows.add(BenchReport.Row.of(against.get(i), "tokens_per_second", numbers(theirs.get(i))));
            rows.add(BenchReport.Row.of(work + " / " + against.get(i), "ratio", ratios(ours, theirs.get(i))));
        }
        String machine = BenchReport.of(rows).machine();
        new BenchReport(machine, Map.of(gemm.work(), gemm.max()), rows).print(System.out, json);
        return 0;
    }

    /** Round by round: the median of our steps over their number. */
    private static double[] ratios(List<double[]> ours, List<Double> theirs) {
        double[] ratios = new double[theirs.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = BenchReport.Row.of("", "", ours.get(round)).median() / theirs.get(round);
        }
        return ratios;
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Map<String, ModelShape> shapes() {
        Map<String, ModelShape> shapes = new LinkedHashMap<>();
        shapes.put("gpt2-124m", ModelShape.GPT2_124M);
        shapes.put("small", ModelShape.SMALL);
        return shapes;
    }
}
