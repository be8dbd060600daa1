package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.QEngine;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.maliang.simd.Simd;

/** Products with weights in layouts of FBGEMM, oneDNN and LibTorch, or in half precision where those have no kernel. */
final class PackedMatMul extends MatMul {
    private static final long ROWS_OF_INT4 = 16; // its kernel wants a multiple of them
    private static final List<Long> GROUPS_OF_INT4 = List.of(32L, 64L, 128L, 256L);

    private final long in;
    private final Size size;
    private final Kernel kernel;
    private final List<Runnable> closings; // of what it owns; empty when that is done
    private @Nullable HostKernel host; // for few rows, where Java has one

    /** The product proper. */
    private interface Kernel {
        Tensor of(Tensor x);
    }

    /** The whole product by Java. */
    private interface HostKernel {
        HostRows of(HostRows x);
    }

    private PackedMatMul(long in, Size size, Kernel kernel, Runnable... closings) {
        this.in = in;
        this.size = size;
        this.kernel = kernel;
        this.closings = new ArrayList<>(List.of(closings));
    }

    @Override
    public Tensor apply(Tensor x) {
        checkOpen();
        check(x, in);
        try (Scope scope = Scope.open()) {
            Tensor floats = x.dtype() == DType.F32 ? x : x.to(DType.F32);
            Tensor exact = floats.isContiguous() ? floats : floats.contiguous();
            return scope.keep(
                    x.rank() > 1
                            ? kernel.of(exact)
                            : kernel.of(exact.unsqueeze(0)).squeeze(0));
        }
    }

    /** Kernels trust what they are given. */
    static void check(Tensor x, long in) {
        if (x.rank() == 0 || x.size(-1) != in || !x.dtype().floating()) {
            throw new TensorException("linear: x " + Arrays.toString(x.shape()) + " " + x.dtype()
                    + " does not fit a matrix with " + in + " columns");
        }
    }

    /** The same for rows in the heap. */
    static void check(HostRows x, long in) {
        if (x.size(-1) != in) {
            throw new TensorException("linear: rows of " + x.size(-1) + " do not fit a matrix with " + in + " columns");
        }
    }

    private void checkOpen() {
        if (closings.isEmpty()) {
            throw new TensorException("linear: the model is closed; keep it open while it works");
        }
    }

    @Override
    public HostRows apply(HostRows x) {
        HostKernel kernel = host;
        if (kernel == null || unpack(x.rows(), VectorInt4.ROWS)) {
            return super.apply(x);
        }
        checkOpen();
        check(x, in);
        return kernel.of(x);
    }

    @Override
    public boolean ownThreads(long rows) {
        return host != null && !unpack(rows, VectorInt4.ROWS);
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public void close() {
        closings.forEach(Runnable::run);
        closings.clear();
    }

    static MatMul f16(Tensor weight, Optional<Tensor> bias) {
        if (!Fbgemm.serves(weight)) {
            return cast(weight, DType.F16, bias);
        }
        Packed packed = Fbgemm.PACK_F16.pack(weight.to(DType.F32).contiguous(), argument(bias));
        return new PackedMatMul(
                weight.size(1),
                size(weight, DType.F16),
                x -> Fbgemm.LINEAR_F16.call(x, packed).get(0),
                packed::close);
    }

    static MatMul bf16(Tensor weight, Optional<Tensor> bias) {
        if (!OneDnn.serves(weight)) {
            return cast(weight, DType.BF16, bias);
        }
        Packed packed = OneDnn.pack(weight.to(DType.BF16).contiguous());
        return biased(
                weight.size(1),
                size(weight, DType.BF16),
                x -> OneDnn.linear(x.to(DType.BF16), packed).to(DType.F32),
                bias,
                packed::close);
    }

    static MatMul integers(Quantized weight, Optional<Tensor> bias) {
        boolean cpu = weight.values().device().equals(Device.CPU);
        if (weight.kind() == WeightKind.INT8) {
            if (!Fbgemm.serves(weight.values())) {
                return cast(weight.dequantized(), DType.BF16, bias);
            }
            return HostMatMul.serves(weight.values()) ? HostMatMul.int8(weight, bias) : int8(weight, bias);
        }
        if (!cpu || !GROUPS_OF_INT4.contains(weight.group())) {
            return f16(weight.dequantized(), bias);
        }
        return Simd.served() ? vectorInt4(weight, bias) : int4(weight, bias);
    }

    private static MatMul vectorInt4(Quantized weight, Optional<Tensor> bias) {
        VectorInt4 matrix = new VectorInt4(weight);
        Kernel few = rows -> matrix.apply(HostRows.of(rows)).tensor();
        PackedMatMul product = int4(weight, bias, few, VectorInt4.ROWS);
        float[] add = bias.map(Tensor::toFloats).orElse(null);
        product.host = add == null ? matrix::apply : x -> matrix.apply(x).plusEach(add);
        return product;
    }

    /**
     * A product of few rows that becomes one with the unpacked matrix, where that pays from {@code many} rows on.
     *
     * @param few {@code [n, in] -> [n, out]}, F32
     */
    private static PackedMatMul int4(
            Quantized weight, Optional<Tensor> bias, Kernel few, long many, Runnable... closings) {
        UnpackedInt4 unpacked = new UnpackedInt4(weight);
        Kernel kernel = x -> {
            Tensor rows = x.reshape(-1, x.size(-1));
            Tensor y = unpack(rows.size(0), many)
                    ? unpacked.apply(rows.to(DType.BF16)).to(DType.F32)
                    : few.of(rows);
            return y.reshape(widened(x, weight.out()));
        };
        PackedMatMul product = biased(weight.in(), size(weight), kernel, bias, closings);
        product.closings.add(unpacked::close);
        return product;
    }

    private static boolean unpack(long rows, long many) {
        return rows >= many && OneDnn.HERE;
    }

    static MatMul int8(Quantized weight, Optional<Tensor> bias) {
        Packed packed = Fbgemm.packInt8(weight, argument(bias));
        return new PackedMatMul(weight.in(), size(weight), x -> Fbgemm.linearInt8(x, packed), packed::close);
    }

    private static MatMul int4(Quantized weight, Optional<Tensor> bias) {
        long out = weight.out();
        long missing = Math.floorMod(-out, ROWS_OF_INT4);
        Tensor values = weight.values();
        Tensor scales = weight.scales();
        if (missing > 0) {
            values = Tensor.cat(List.of(values, Tensor.zeros(DType.U8, missing, values.size(1))), 0);
            scales = Tensor.cat(List.of(scales, Tensor.zeros(DType.BF16, scales.size(0), missing, 2)), 1);
        }
        Packed packed = Int4.PACK.pack(Quantized.nibbles(values).to(DType.I32), 1L);
        Tensor ready = own(scales.contiguous());
        long group = weight.group();
        Kernel few = rows -> {
            Tensor y =
                    Int4.LINEAR.call(rows.to(DType.BF16), packed, group, ready).get(0);
            return (missing == 0 ? y : y.narrow(1, 0, out)).to(DType.F32);
        };
        return int4(weight, bias, few, UnpackedInt4.ROWS, packed::close, ready::close);
    }

    /** What there is everywhere. */
    private static MatMul cast(Tensor weight, DType type, Optional<Tensor> bias) {
        Tensor half = own(weight.to(type));
        Kernel kernel = x -> Ops.linear(x.to(type), half).to(x.dtype());
        return biased(weight.size(1), size(weight, type), kernel, bias, half::close);
    }

    static Size size(Tensor weight, DType type) {
        return new Size(weight.elements(), weight.elements() * type.bytes());
    }

    static Size size(Quantized weight) {
        return new Size(
                weight.out() * weight.in(),
                weight.values().bytes() + weight.scales().bytes());
    }

    private static PackedMatMul biased(long in, Size size, Kernel kernel, Optional<Tensor> bias, Runnable... closings) {
        if (bias.isEmpty()) {
            return new PackedMatMul(in, size, kernel, closings);
        }
        Tensor add = own(bias.get().to(DType.F32));
        PackedMatMul product = new PackedMatMul(in, size, x -> kernel.of(x).addInPlace(add), closings);
        product.closings.add(add::close);
        return product;
    }

    private static Tensor own(Tensor tensor) {
        return Scope.unowned(tensor::copy);
    }

    private static Object argument(Optional<Tensor> bias) {
        return bias.isPresent() ? bias.get().to(DType.F32).contiguous() : Optional.empty();
    }

    private static long[] widened(Tensor x, long out) {
        long[] shape = x.shape();
        shape[shape.length - 1] = out;
        return shape;
    }

    /** LibTorch's 4-bit product; activations in F32 would take its slow way. */
    private static final class Int4 {
        static final Operator PACK = Operator.find("aten::_convert_weight_to_int4pack_for_cpu", "");
        static final Operator LINEAR = Operator.find("aten::_weight_int4pack_mm_for_cpu", "");
    }

    /** Meta's library for x86, behind LibTorch's quantized operators. */
    private static final class Fbgemm {
        static final Operator PACK_F16 = Operator.find("quantized::linear_prepack_fp16", "");
        static final Operator LINEAR_F16 = Operator.find("quantized::linear_dynamic_fp16", "");
        private static final String JOIN = "per_channel_quantized";
        private static final Operator PACK_INT8 = Operator.find("quantized::linear_prepack", "");
        private static final Operator LINEAR_INT8 = Operator.find("quantized::linear_dynamic", "");
        private static final boolean HERE = Natives.value("qEngine", () -> {
            QEngine engine = torch.globalContext().qEngine();
            return engine.value == QEngine.X86.value || engine.value == QEngine.FBGEMM.value;
        });
        private static final boolean NARROW = HERE && saturates();

        static boolean serves(Tensor weight) {
            return HERE && weight.device().equals(Device.CPU);
        }

        static Packed packInt8(Quantized weight, Object bias) {
            Tensor zeros = Tensor.zeros(DType.I64, weight.out());
            try (Packed joined = join(weight.values().contiguous(), weight.scales(), zeros)) {
                return PACK_INT8.pack(joined, bias);
            }
        }

        /** Integers and scales as LibTorch's one quantised tensor, which shares the integers' memory. */
        private static Packed join(Tensor values, Tensor scales, Tensor zeros) {
            long[] shape = values.shape();
            return Natives.value(JOIN, () -> {
                org.bytedeco.pytorch.Tensor joined = torch.torch__empty_per_channel_affine_quantized(
                        new long[] {shape[0], 0},
                        scales.raw(JOIN),
                        zeros.raw(JOIN),
                        0,
                        new TensorOptions(ScalarType.QInt8),
                        new MemoryFormatOptional());
                org.bytedeco.pytorch.Tensor raw = values.raw(JOIN);
                joined.set_(raw.storage(), raw.storage_offset(), shape, shape[1], 1);
                return new Packed(new IValue(joined));
            });
        }

        static Tensor linearInt8(Tensor x, Packed packed) {
            return LINEAR_INT8.call(x, packed, NARROW).get(0);
        }

        /**
         * Processors without VNNI add pairs of products in 16 bits, which overflows unless activations have 7 bits: the
         * largest products of all tell.
         */
        private static boolean saturates() {
            long width = 64;
            try (Scope scope = Scope.open()) {
                Tensor ones = Tensor.ones(DType.F32, width, width);
                Packed packed = packInt8(Quantized.int8(ones), Optional.empty());
                double sum = LINEAR_INT8.call(ones, packed, false).get(0).mean().item();
                packed.close();
                return Math.abs(sum - width) > 1;
            }
        }
    }

    /** Intel's library, where the processor multiplies bfloat16. */
    private static final class OneDnn {
        private static final Operator PACK = Operator.find("mkldnn::_reorder_linear_weight", "");
        private static final Operator LINEAR = Operator.find("mkldnn::_linear_pointwise", "");
        private static final boolean HERE = works();

        static boolean serves(Tensor weight) {
            return HERE && weight.device().equals(Device.CPU);
        }

        static Packed pack(Tensor weight) {
            return PACK.pack(weight, Optional.empty());
        }

        static Tensor linear(Tensor x, Packed packed) {
            return LINEAR.call(x, packed, Optional.empty(), "none", List.of(), Optional.empty())
                    .get(0);
        }

        private static boolean works() {
            try (Scope scope = Scope.open()) {
                Tensor ones = Tensor.ones(DType.BF16, 16, 16);
                Packed packed = pack(ones);
                linear(ones, packed);
                packed.close();
                return true;
            } catch (TensorException e) { // no kernel for this processor
                return false;
            }
        }
    }
}
