package org.maliang.tensor;

import java.util.List;
import java.util.stream.LongStream;
import org.maliang.simd.Crew;

/**
 * A product with a large matrix whose rows are parted, so that threads of ours share it while LibTorch's sleep: for what is
 * not of 4 bits in models that else are, which is their head.
 */
final class PartedMatMul extends MatMul {

    private static final long LEAST = 1 << 22; // weights that are worth it
    private static final long FEW = 16; // rows of activations, above which LibTorch's threads do it as well
    private static final long PARTS = 4;

    private final List<MatMul> parts; // owned

    private PartedMatMul(List<MatMul> parts) {
        this.parts = parts;
    }

    /** Whether a matrix is so large that it should be. */
    static boolean suits(Quantized weight) {
        return weight.out() * weight.in() >= LEAST;
    }

    /**
     * Makes the parts.
     *
     * @param rows of the matrix
     * @param part the product with some of its rows, from the first to the one before the second
     */
    static MatMul of(long rows, Part part) {
        return new PartedMatMul(LongStream.range(0, PARTS)
                .mapToObj(i -> part.of(rows * i / PARTS, rows * (i + 1) / PARTS))
                .toList());
    }

    /** Makes the product with some rows of a matrix. */
    interface Part {
        MatMul of(long from, long to);
    }

    @Override
    public Tensor apply(Tensor x) {
        long rows = x.elements() / Math.max(1, x.size(-1));
        if (rows > 0 && rows < FEW && Threads.libTorchSleeps()) {
            return apply(HostRows.of(x)).tensor();
        }
        try (Scope scope = Scope.open()) {
            return scope.keep(
                    Tensor.cat(parts.stream().map(part -> part.apply(x)).toList(), -1));
        }
    }

    @Override
    public HostRows apply(HostRows x) {
        HostRows[] results = new HostRows[parts.size()];
        Crew.share(Threads.own(), results.length, i -> results[i] = parts.get(i).apply(x));
        return HostRows.beside(List.of(results));
    }

    @Override
    public Size size() {
        return parts.stream().map(MatMul::size).reduce(new Size(0, 0), Size::plus);
    }

    @Override
    public void close() {
        parts.forEach(MatMul::close);
    }
}
