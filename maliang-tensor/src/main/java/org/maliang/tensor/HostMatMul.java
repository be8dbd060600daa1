package org.maliang.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.maliang.simd.Crew;
import org.maliang.simd.Int4Matrix;
import org.maliang.simd.RowAttention;
import org.maliang.simd.RowMatrix;
import org.maliang.simd.Simd;

/**
 * A product with a matrix that lies in Java's heap, for few rows of activations: it is there at once, and what lies between
 * products can stay in the heap. For more rows the matrix is packed in LibTorch's way besides, when that pays.
 *
 * <p>Where operators of LibTorch are so short that its threads are mostly waited for, the packed matrix is parted, and
 * threads of ours share the parts while LibTorch's sleep.
 */
final class HostMatMul extends MatMul {

    private static final long SHARED = 32; // rows from which on LibTorch's threads are as good
    private static final long SMALL = 3_000_000; // weights of a matrix that is parted
    private static final long SMALL_PARTS = 2;
    private static final long LEAST = 512; // rows of a matrix that is worth it
    private static final long HEAD = 1 << 14; // rows of a matrix that is parted too: many, for few rows of activations
    private static final long HEAD_PARTS = 4;
    private static final long SHARE = 3; // of the heap's largest size, since what is packed lies outside it

    private static final AtomicLong HELD = new AtomicLong(); // bytes of all matrices
    private static final AtomicLong COPIES = new AtomicLong(); // bytes of those that are packed in 8 bits instead of 4

    private final long out;
    private final long in;
    private final Kind kind;
    private final Size size;
    private final Packing packing;
    private final float @Nullable [] bias;
    private final long parts;
    private volatile @Nullable Heap matrix; // until it is closed
    private volatile List<MatMul> packed = List.of(); // parts, owned

    /** The matrix in the heap: {@code [rows, in] -> [rows, out]}. */
    private interface Heap {
        float[] times(float[] x, int rows, int threads);
    }

    /** Packs some rows of the matrix, from the first to the one before the second. */
    private interface Packing {
        Packing NONE = (from, to) -> {
            throw new IllegalStateException("nothing is packed");
        };

        MatMul rows(long from, long to);

        /** Frees what it packs from. */
        default void close() {}
    }

    /**
     * @param few rows for which the matrix in the heap is faster than a packed one
     * @param worthReady what {@link MatMul#worthReady} says
     * @param level whether packed parts multiply {@link LevelRows}
     */
    private record Kind(long few, long worthReady, boolean level) {
        static final Kind BF16 = new Kind(1, 64, false);
        static final Kind INT8 = new Kind(1, 64, true);
        static final Kind INT4 = new Kind(4, 448, true);
        static final Kind INT4_ALONE = new Kind(Long.MAX_VALUE, Long.MAX_VALUE, false);
    }

    private HostMatMul(long out, long in, Kind kind, Size size, Heap matrix, Packing packing, Optional<Tensor> bias) {
        this.out = out;
        this.in = in;
        this.kind = kind;
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
                && HELD.get() + values.bytes() <= most();
    }

    private static long most() {
        return Runtime.getRuntime().maxMemory() / SHARE;
    }

    /** Copies a matrix of 8 bits. */
    static MatMul int8(Quantized weight, Optional<Tensor> bias) {
        int out = (int) weight.out();
        int in = (int) weight.in();
        byte[] values = HostCopy.bytes(weight.values());
        float[] scales = weight.scales().toFloats();
        Packing packing = (from, to) -> PackedMatMul.level8(new Quantized(
                HostCopy.of(values, (int) from * in, DType.I8, to - from, in),
                Tensor.of(Arrays.copyOfRange(scales, (int) from, (int) to), to - from)));
        RowMatrix matrix = RowMatrix.int8(out, in, values, scales);
        return new HostMatMul(out, in, Kind.INT8, PackedMatMul.size(weight), matrix::times, packing, bias);
    }

    /** Copies a matrix in bfloat16. */
    static MatMul bf16(Tensor weight, Optional<Tensor> bias) {
        int out = (int) weight.size(0);
        int in = (int) weight.size(1);
        short[] values = HostCopy.shorts(weight);
        Packing packing = (from, to) ->
                PackedMatMul.bf16(HostCopy.of(values, (int) from * in, DType.BF16, to - from, in), Optional.empty());
        RowMatrix matrix = RowMatrix.bf16(out, in, values);
        return new HostMatMul(out, in, Kind.BF16, PackedMatMul.size(weight, DType.BF16), matrix::times, packing, bias);
    }

    /** Copies a matrix of 4 bits on the CPU; what is packed has 8 bits, unless all that would take too much memory. */
    static MatMul int4(Quantized weight, Optional<Tensor> bias) {
        int out = Math.toIntExact(weight.out());
        int in = Math.toIntExact(weight.in());
        int each = Math.toIntExact(weight.group() / Int4Matrix.GROUP);
        try (Scope scope = Scope.open()) {
            Tensor repeated =
                    Tensor.stack(Collections.nCopies(each, weight.scales()), 1).flatten(0, 1); // [in / 32, out, 2]
            Int4Matrix matrix = Int4Matrix.of(out, in, HostCopy.bytes(weight.values()), HostCopy.shorts(repeated));
            Packing packing = Copy8.of(weight);
            Kind kind = packing == Packing.NONE ? Kind.INT4_ALONE : Kind.INT4;
            return new HostMatMul(out, in, kind, PackedMatMul.size(weight), matrix::times, packing, bias);
        }
    }

    /** Packs a matrix of 4 bits in 8. */
    private static final class Copy8 implements Packing {
        private final Quantized weight; // owned

        private Copy8(Quantized weight) {
            this.weight = new Quantized(Scope.unowned(weight.values()::detach), Scope.unowned(weight.scales()::detach));
        }

        /** None where it cannot be or all such copies would take too much memory. */
        static Packing of(Quantized weight) {
            if (!PackedMatMul.packsInt8(weight.values())) {
                return NONE;
            }
            long bytes = weight.out() * weight.in();
            if (COPIES.addAndGet(bytes) > most()) {
                COPIES.addAndGet(-bytes);
                return NONE;
            }
            return new Copy8(weight);
        }

        @Override
        public MatMul rows(long from, long to) {
            Quantized some = new Quantized(
                    weight.values().narrow(0, from, to - from), weight.scales().narrow(1, from, to - from));
            return PackedMatMul.level8(Quantized.int8(some.dequantized()));
        }

        @Override
        public void close() {
            weight.values().close();
            weight.scales().close();
            COPIES.addAndGet(-weight.out() * weight.in());
        }
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
            Tensor y = kind.level ? LevelRows.product(x.to(DType.F32), this::packed) : packed(x);
            return scope.keep(bias == null ? y : y.addInPlace(Tensor.of(bias, out)));
        }
    }

    private Tensor packed(Tensor x) {
        List<Tensor> results = packed.stream().map(part -> part.apply(x)).toList();
        return results.size() == 1 ? results.get(0) : Tensor.cat(results, -1);
    }

    @Override
    public HostRows apply(HostRows x) {
        Heap open = open();
        PackedMatMul.check(x, in);
        HostRows y;
        if (single(x.rows())) {
            y = x.widened(open.times(x.values(), x.rows(), Threads.own()), (int) out);
        } else {
            ready();
            y = kind.level ? LevelRows.product(x, this::packed) : packed(x);
        }
        return bias == null ? y : y.plusEach(bias);
    }

    private HostRows packed(HostRows x) {
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

    /** Whether Java multiplies. */
    private boolean single(long rows) {
        return rows <= kind.few || rows <= kind.worthReady && packed.isEmpty();
    }

    private Heap open() {
        Heap open = matrix;
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
    public long worthReady() {
        return kind.worthReady;
    }

    @Override
    public synchronized void ready() {
        if (packed.isEmpty() && matrix != null && packing != Packing.NONE) {
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
            packing.close();
        }
    }
}
