package org.maliang.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.maliang.simd.Crew;
import org.maliang.simd.RowAttention;
import org.maliang.simd.RowMatrix;
import org.maliang.simd.Simd;

/**
 * A product with a matrix that lies in Java's heap, row by row, for one row of activations at a time: it is there at once, and
 * what lies between products can stay in the heap. For products with more rows the matrix is packed in LibTorch's way besides,
 * when the first of them comes.
 *
 * <p>Where operators of LibTorch are so short that its threads are mostly waited for, the packed matrix is parted, and
 * threads of ours share the parts while LibTorch's sleep.
 */
final class HostMatMul extends MatMul {

    private static final long UNPACKED = 64; // rows for which packing, which takes seconds, is not begun
    private static final long SHARED = 32; // rows from which on LibTorch's threads are as good
    private static final long SMALL = 3_000_000; // weights of a matrix that is parted
    private static final long SMALL_PARTS = 2;
    private static final long LEAST = 512; // rows of a matrix that is worth it
    private static final long HEAD = 1 << 14; // rows of a matrix that is parted too: many, for few rows of activations
    private static final long HEAD_PARTS = 4;
    private static final long SHARE = 3; // of the heap's largest size, since what is packed lies outside it

    private static final AtomicLong HELD = new AtomicLong(); // bytes of all matrices

    private final long out;
    private final long in;
    private final Size size;
    private final Packing packing;
    private final float @Nullable [] bias;
    private final long parts;
    private volatile @Nullable RowMatrix matrix; // until it is closed
    private volatile List<MatMul> packed = List.of(); // parts, owned

    /** Packs some rows of the matrix, bias included, from the first to the one before the second. */
    private interface Packing {
        MatMul rows(long from, long to);
    }

    private HostMatMul(long out, long in, Size size, RowMatrix matrix, Packing packing, Optional<Tensor> bias) {
        this.out = out;
        this.in = in;
        this.size = size;
        this.matrix = matrix;
        this.packing = packing;
        this.bias = bias.map(Tensor::toFloats).orElse(null);
        this.parts = parts(out, out * in);
        RowAttention.prepare();
        HELD.addAndGet(size.bytes());
    }

    private static long parts(long rows, long weights) {
        return rows >= HEAD ? HEAD_PARTS : rows >= LEAST && weights < SMALL ? SMALL_PARTS : 1;
    }

    /** Whether Java multiplies fast, and its heap has room for a matrix of so many numbers. */
    static boolean serves(Tensor values) {
        return Simd.served()
                && values.device().equals(Device.CPU)
                && values.elements() < Integer.MAX_VALUE - 8
                && HELD.get() + values.bytes() <= Runtime.getRuntime().maxMemory() / SHARE;
    }

    /** Copies a matrix of 8 bits. */
    static MatMul int8(Quantized weight, Optional<Tensor> bias) {
        int in = (int) weight.in();
        byte[] values = HostCopy.bytes(weight.values());
        float[] scales = weight.scales().toFloats();
        float[] add = bias.map(Tensor::toFloats).orElse(null);
        return new HostMatMul(
                weight.out(),
                in,
                PackedMatMul.size(weight),
                RowMatrix.int8((int) weight.out(), in, values, scales),
                (from, to) -> PackedMatMul.int8(
                        new Quantized(
                                HostCopy.of(values, (int) from * in, DType.I8, to - from, in),
                                Tensor.of(Arrays.copyOfRange(scales, (int) from, (int) to), to - from)),
                        part(add, from, to)),
                bias);
    }

    /** Copies a matrix in bfloat16. */
    static MatMul bf16(Tensor weight, Optional<Tensor> bias) {
        int in = (int) weight.size(1);
        short[] values = HostCopy.shorts(weight);
        float[] add = bias.map(Tensor::toFloats).orElse(null);
        return new HostMatMul(
                weight.size(0),
                in,
                PackedMatMul.size(weight, DType.BF16),
                RowMatrix.bf16((int) weight.size(0), in, values),
                (from, to) -> PackedMatMul.bf16(
                        HostCopy.of(values, (int) from * in, DType.BF16, to - from, in), part(add, from, to)),
                bias);
    }

    private static Optional<Tensor> part(float @Nullable [] bias, long from, long to) {
        return bias == null
                ? Optional.empty()
                : Optional.of(Tensor.of(Arrays.copyOfRange(bias, (int) from, (int) to), to - from));
    }

    @Override
    public Tensor apply(Tensor x) {
        open();
        PackedMatMul.check(x, in);
        long rows = x.elements() / in;
        if (single(rows) || parts > 1 && rows < SHARED && Threads.libTorchSleeps()) {
            return apply(HostRows.of(x)).tensor();
        }
        ready();
        try (Scope scope = Scope.open()) {
            List<Tensor> results = packed.stream().map(part -> part.apply(x)).toList();
            return scope.keep(results.size() == 1 ? results.get(0) : Tensor.cat(results, -1));
        }
    }

    @Override
    public HostRows apply(HostRows x) {
        RowMatrix open = open();
        PackedMatMul.check(x, in);
        int rows = x.rows();
        if (single(rows)) {
            HostRows y = x.widened(open.times(x.values(), rows, Threads.own()), (int) out);
            return bias == null ? y : y.plusEach(bias);
        }
        ready();
        HostRows[] results = new HostRows[packed.size()];
        try (Scope scope = Scope.open()) {
            Tensor shared = x.tensor();
            Crew.share(Threads.own(), results.length, i -> results[i] = rows(packed.get(i), shared));
        }
        return results.length == 1 ? results[0] : HostRows.beside(List.of(results));
    }

    private static HostRows rows(MatMul part, Tensor x) {
        try (Scope scope = Scope.open()) {
            return HostRows.of(part.apply(x));
        }
    }

    /** Whether Java multiplies, row by row. */
    private boolean single(long rows) {
        return rows < 2 || rows <= UNPACKED && packed.isEmpty();
    }

    private RowMatrix open() {
        RowMatrix open = matrix;
        if (open == null) {
            throw new TensorException("linear: the model is closed; keep it open while it works");
        }
        return open;
    }

    @Override
    public boolean ownThreads(long rows) {
        return single(rows) || parts > 1 && rows < SHARED && !packed.isEmpty();
    }

    @Override
    public synchronized void ready() {
        if (packed.isEmpty() && matrix != null) {
            try (Scope scope = Scope.open();
                    Autograd.Guard frozen = Autograd.noGrad()) {
                packed = LongStream.range(0, parts)
                        .mapToObj(i -> packing.rows(out * i / parts, out * (i + 1) / parts))
                        .toList();
            }
        }
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public synchronized void close() {
        if (matrix != null) {
            matrix = null;
            HELD.addAndGet(-size.bytes());
            packed.forEach(MatMul::close);
        }
    }
}
