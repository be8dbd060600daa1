package org.maliang.train.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Generator;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/**
 * How fast the CPU passes over the weights of a linear map, which is what bounds the writing of single texts. Several
 * matrices are multiplied by in turn, so that small ones come from the cache and large ones from memory, as in a model; the
 * kinds of weights take turns, so that what else the machine does meets all alike.
 *
 * @param in columns of the matrix
 * @param out rows of the matrix
 * @param bytes about how much the matrices have in F32
 */
public record WeightSpeed(long in, long out, long bytes) {
    private static final double GIGA = 1e9;
    private static final double NANOS = 1e9;
    private static final long WORK = 400_000_000; // multiplications of one measurement, about
    private static final long READ = 512L << 20; // bytes, more than any cache

    /** Gigabytes a second that a sum over a large tensor reads, one number a run. */
    public static double[] bandwidth(Device device, int runs) {
        try (Scope scope = Scope.open()) {
            Tensor large = Tensor.zeros(device, DType.F32, READ / DType.F32.bytes());
            double[] seconds = Stopwatch.seconds(runs, () -> {
                large.sum().close();
                device.synchronize();
            });
            for (int i = 0; i < runs; i++) {
                seconds[i] = READ / GIGA / seconds[i];
            }
            return seconds;
        }
    }

    /** Billions of weights a second, by kind, one number a run. */
    public Map<WeightKind, double[]> gigaweights(long rows, int runs) {
        Map<WeightKind, double[]> speeds = new EnumMap<>(WeightKind.class);
        Map<WeightKind, List<MatMul>> maps = new EnumMap<>(WeightKind.class);
        Generator random = Generator.of(1);
        try (Scope scope = Scope.open();
                Autograd.Guard plain = Autograd.noGrad()) {
            int copies = (int) Math.max(1, bytes / (in * out * DType.F32.bytes()));
            Tensor x = random.normal(new long[] {rows, in}, 0, 1);
            for (int copy = 0; copy < copies; copy++) {
                Tensor weight = random.normal(new long[] {out, in}, 0, 1);
                for (WeightKind kind : WeightKind.values()) {
                    maps.computeIfAbsent(kind, any -> new ArrayList<>()).add(map(kind, weight));
                }
            }
            for (int run = -1; run < runs; run++) { // the first does not count
                for (WeightKind kind : WeightKind.values()) {
                    double speed = gigaweights(maps.get(kind), x);
                    if (run >= 0) {
                        speeds.computeIfAbsent(kind, any -> new double[runs])[run] = speed;
                    }
                }
            }
        } finally {
            maps.values().forEach(all -> all.forEach(MatMul::close));
        }
        return speeds;
    }

    private static MatMul map(WeightKind kind, Tensor weight) {
        MatMul map = kind == WeightKind.F32
                ? MatMul.of(weight, MatMul.Layout.OUT_IN, Optional.empty())
                : MatMul.packed(kind, weight, Optional.empty());
        map.ready();
        return map;
    }

    private double gigaweights(List<MatMul> maps, Tensor x) {
        long rounds = Math.max(1, WORK / (in * out * maps.size() * x.size(0)));
        long start = System.nanoTime();
        for (long round = 0; round < rounds; round++) {
            maps.forEach(map -> map.apply(x).close());
        }
        double seconds = (System.nanoTime() - start) / NANOS;
        return rounds * maps.size() * in * out / GIGA / seconds;
    }

    @Override
    public String toString() {
        return in + "x" + out;
    }
}
