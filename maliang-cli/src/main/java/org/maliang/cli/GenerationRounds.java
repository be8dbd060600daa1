package org.maliang.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.train.bench.Gemm;
import org.maliang.train.bench.PeakMemory;
import org.maliang.train.bench.Rival;
import org.maliang.train.bench.Roofline;
import org.maliang.train.bench.WeightSpeed;

/**
 * Measures round by round: our work, then what the machine itself reaches where that bounds a row, then every rival, so that all
 * see the same machine.
 */
final class GenerationRounds {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;
    private static final int CEILING_RUNS = 3;
    private static final List<DType> PRODUCTS = List.of(DType.F32, DType.BF16);

    private final Device device;
    private final List<GenerationWork> work;
    private final List<Rival> rivals;
    private final Map<String, List<Double>> found = new LinkedHashMap<>(); // by the names of rows
    private final Map<String, List<Double>> shares = new LinkedHashMap<>(); // likewise
    private final List<Map<String, List<Double>>> theirs; // likewise, one a rival
    private final Map<String, List<Double>> products = new LinkedHashMap<>(); // by number format
    private final List<Double> bandwidth = new ArrayList<>();
    private OptionalLong peak = OptionalLong.empty();

    GenerationRounds(Device device, List<GenerationWork> work, List<String> commands) {
        this.device = device;
        this.work = work;
        this.rivals = commands.stream().map(Rival::new).toList();
        this.theirs = commands.stream()
                .<Map<String, List<Double>>>map(any -> new LinkedHashMap<>())
                .toList();
    }

    /** Measures and sums up; {@code once} is what was measured before. */
    SpeedTable table(int rounds, List<String> about, List<BenchReport.Row> once) {
        try (StageProgress progress = StageProgress.onTerminal()) {
            for (int round = 1; round <= rounds; round++) {
                round(progress, round, rounds);
            }
        }
        List<SpeedTable.Line> lines = new ArrayList<>();
        work.forEach(one -> lines.add(line(one)));
        once.forEach(row -> lines.add(alone(row.work(), row.metric(), row.median())));
        peak.ifPresent(bytes -> lines.add(alone("peak memory", "megabytes", bytes / MEGA)));
        List<BenchReport.Row> ceilings = new ArrayList<>();
        if (!bandwidth.isEmpty()) {
            ceilings.add(BenchReport.Row.of("read memory", "gigabytes_per_second", numbers(bandwidth)));
        }
        products.forEach((type, values) ->
                ceilings.add(BenchReport.Row.of("gemm " + Gemm.SQUARE + " " + type, "gigaflops", numbers(values))));
        List<String> commands = rivals.stream().map(Rival::command).toList();
        return new SpeedTable(about, ceilings, lines, commands);
    }

    private void round(StageProgress progress, int round, int rounds) {
        for (GenerationWork one : work) {
            progress.at(one.name(), round, rounds);
            add(found, one.name(), one.measure().getAsDouble());
        }
        peak = peak.isPresent() ? peak : PeakMemory.bytes(); // before the ceilings take memory of their own
        if (work.stream().anyMatch(one -> one.ceiling().isPresent())) {
            progress.at("ceilings", round, rounds);
            compare(roof(), round);
        }
        for (int i = 0; i < rivals.size(); i++) {
            progress.at(rivals.get(i).command(), round, rounds);
            Map<String, List<Double>> their = theirs.get(i);
            rivals.get(i).speeds().forEach((name, speed) -> add(their, name, speed));
        }
    }

    private void compare(Roofline roof, int round) {
        for (GenerationWork one : work) {
            one.ceiling().ifPresent(most -> {
                double last = found.get(one.name()).get(round - 1);
                add(shares, one.name(), last / most.applyAsDouble(roof));
            });
        }
    }

    private Roofline roof() {
        double read = best(WeightSpeed.bandwidth(device, CEILING_RUNS));
        bandwidth.add(read);
        double most = 0;
        for (DType type : PRODUCTS) {
            double flops = best(Gemm.SQUARE.gigaflops(device, type, CEILING_RUNS));
            add(products, type.name().toLowerCase(Locale.ROOT), flops);
            most = Math.max(most, flops);
        }
        return new Roofline(read * GIGA, most * GIGA);
    }

    private SpeedTable.Line line(GenerationWork one) {
        List<double[]> their = theirs.stream()
                .map(speeds -> numbers(speeds.getOrDefault(one.name(), List.of())))
                .toList();
        double[] ofCeiling = numbers(shares.getOrDefault(one.name(), List.of()));
        return new SpeedTable.Line(one.name(), one.metric(), numbers(found.get(one.name())), ofCeiling, their);
    }

    private SpeedTable.Line alone(String name, String metric, double value) {
        List<double[]> none = rivals.stream().map(any -> new double[0]).toList();
        return new SpeedTable.Line(name, metric, new double[] {value}, new double[0], none);
    }

    private static void add(Map<String, List<Double>> lists, String name, double value) {
        lists.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }

    private static double best(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
