package org.maliang.tensor;

import java.util.Optional;

/**
 * A linear map {@code y = x Wᵀ + b} in the form in which the processor computes it fastest: the one place where a kernel is
 * chosen, by the kind of the weights, the number of rows and the processor.
 *
 * <table>
 * <caption>Kernels on the CPU</caption>
 * <tr><td>F32</td><td>{@link Ops#linear}: BLAS, its vector product for one row</td></tr>
 * <tr><td>F16</td><td>FBGEMM's packed half-precision weights</td></tr>
 * <tr><td>BF16</td><td>for one row {@link org.maliang.simd.RowMatrix}, where the JVM offers its vectors; else oneDNN's packed
 * bfloat16 product</td></tr>
 * <tr><td>INT8</td><td>likewise for one row; else FBGEMM's 8-bit product: one scale a row of weights, one a row of
 * activations</td></tr>
 * <tr><td>INT4</td><td>for few rows our own, {@link org.maliang.simd.Int4Matrix}, where the JVM offers its vectors, and INT8's with a
 * second copy for more; else LibTorch's, unpacked to bfloat16 for many rows</td></tr>
 * </table>
 *
 * <p>Where LibTorch lacks a kernel, as on CUDA cards and other processors, weights are kept in half precision and
 * multiplied by as any other matrix. Speeds: {@code docs/performance.md}.
 *
 * <p>Packed maps own their weights and pass no gradients; those made by {@link #of} own nothing and do.
 */
public abstract class MatMul implements AutoCloseable {

    /** How a file lays a matrix out. */
    public enum Layout {
        /** {@code [out, in]}, as nearly everywhere. */
        OUT_IN,
        /** {@code [in, out]}, as in OpenAI's GPT-2. */
        IN_OUT;

        /** {@code matrix} as {@code [out, in]}, a view of it. */
        public Tensor outIn(Tensor matrix) {
            return this == OUT_IN ? matrix : matrix.transpose(0, 1);
        }
    }

    /** The plain product with tensors that stay the caller's; gradients pass. */
    public static MatMul of(Tensor weight, Layout layout, Optional<Tensor> bias) {
        return new MatMul() {
            @Override
            public Tensor apply(Tensor x) {
                Tensor matrix = layout.outIn(weight);
                return bias.map(add -> Ops.linear(x, matrix, add)).orElseGet(() -> Ops.linear(x, matrix));
            }

            @Override
            public Size size() {
                return new Size(weight.elements(), weight.bytes());
            }
        };
    }

    /**
     * A product with {@code weight} packed as {@code kind}, which may be any but F32; the tensors are copied.
     *
     * @param weight {@code [out, in]}, floating
     * @param bias {@code [out]}
     */
    public static MatMul packed(WeightKind kind, Tensor weight, Optional<Tensor> bias) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            return switch (kind) {
                case F32 -> throw new TensorException("packed: F32 weights are not packed; use of(…)");
                case BF16 -> bf16(weight.to(DType.BF16), bias);
                case F16 -> PackedMatMul.f16(weight, bias);
                case INT8 -> PackedMatMul.integers(Quantized.int8(weight), bias);
                case INT4 ->
                    PackedMatMul.integers(
                            Quantized.groups(weight.size(1), WeightKind.GROUP)
                                    ? Quantized.int4(weight, WeightKind.GROUP)
                                    : Quantized.int8(weight),
                            bias);
            };
        }
    }

    private static MatMul bf16(Tensor weight, Optional<Tensor> bias) {
        return HostMatMul.serves(weight) ? HostMatMul.bf16(weight, bias) : PackedMatMul.bf16(weight, bias);
    }

    /** The product with a quantised matrix. */
    public static MatMul packed(Quantized weight, Optional<Tensor> bias) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            return PackedMatMul.integers(weight, bias);
        }
    }

    /**
     * What one pass over a matrix reads.
     *
     * @param weights numbers
     * @param bytes what they take, scales included
     */
    public record Size(long weights, long bytes) {
        public Size plus(Size other) {
            return new Size(weights + other.weights, bytes + other.bytes);
        }
    }

    /** {@code [..., in] -> [..., out]}, F32 to F32. */
    public abstract Tensor apply(Tensor x);

    /** The same for rows in Java's heap, which are copied to LibTorch and back unless the kernel is Java's. */
    public HostRows apply(HostRows x) {
        try (Scope scope = Scope.open()) {
            return HostRows.of(apply(x.tensor()));
        }
    }

    /** Whether threads of ours share the work when {@code x} has so many rows: LibTorch's had better sleep meanwhile. */
    public boolean ownThreads(long rows) {
        return false;
    }

    /** How many rows, in passes of several, pay for being {@linkplain #ready ready}. */
    public long worthReady() {
        return 0;
    }

    /** Makes at once what products with many rows need, which else the first of them waits for. */
    public void ready() {
        // Most are.
    }

    /** What each application reads, the bias aside. */
    public abstract Size size();

    /** Frees packed weights. */
    @Override
    public void close() {
        // Plain products own nothing.
    }
}
