package org.maliang.train.bench;

import java.util.Arrays;
import java.util.List;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * A matrix product {@code [rows, in] × [in, out]}: what training is made of, and the ceiling of its speed.
 *
 * @param rows tokens in a batch
 * @param in width of the input
 * @param out width of the output
 */
public record Gemm(long rows, long in, long out) {
    private static final double GIGA = 1e9;

    /** The square product that ceilings are usually given for. */
    public static final Gemm SQUARE = new Gemm(2048, 2048, 2048);

    /** The products of one layer, forward, and that of the head. */
    public static List<Gemm> of(ModelShape shape, long rows) {
        long hidden = shape.hidden();
        return List.of(
                new Gemm(rows, hidden, 3 * hidden),
                new Gemm(rows, hidden, 4 * hidden),
                new Gemm(rows, 4 * hidden, hidden),
                new Gemm(rows, hidden, shape.vocabulary()));
    }

    /** Billions of floating-point operations a second, one number a run. */
    public double[] gigaflops(Device device, DType type, int runs) {
        Generator random = Generator.of(1);
        try (Scope scope = Scope.open();
                Autograd.Guard plain = Autograd.noGrad()) {
            Tensor x = random.normal(new long[] {rows, in}, 0, 1).to(type).to(device);
            Tensor weight = random.normal(new long[] {out, in}, 0, 1).to(type).to(device);
            double[] seconds = Stopwatch.seconds(runs, () -> {
                Ops.linear(x, weight).close();
                device.synchronize();
            });
            return Arrays.stream(seconds).map(s -> operations() / GIGA / s).toArray();
        }
    }

    private double operations() {
        return 2.0 * rows * in * out;
    }

    @Override
    public String toString() {
        return rows + "x" + in + "x" + out;
    }
}
