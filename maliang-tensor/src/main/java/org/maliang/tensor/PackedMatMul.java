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
import org.maliang.simd.Simd;

/** Products with weights in layouts of FBGEMM, oneDNN and LibTorch, or in half precision where those have no kernel. */
final class PackedMatMul extends MatMul {
    private static final long ROWS_OF_INT4 = 16; // its kernel wants a multiple of them
    private static final List<Long> GROUPS_OF_INT4 = List.of(32L, 64L, 128L, 256L);

    private final long in;
    private final Size size;
    private final Kernel kernel;
    private final List<Runnable> closings; // of what it owns; empty when that is done

    /** The product proper. */
    private interface Kernel {
        Tensor of(Tensor x);
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
        return Simd.served() ? HostMatMul.int4(weight, bias) : int4(weight, bias);
    }

    private static MatMul int8(Quantized weight, Optional<Tensor> bias) {
        MatMul level = level8(weight);
        return biased(weight.in(), size(weight), x -> LevelRows.product(x, level::apply), bias, level::close);
    }

    /** Whether the processor has the kernel of 8 bits for such a matrix. */
    static boolean packsInt8(Tensor values) {
        return Fbgemm.serves(values);
    }

    /** The product with rows that {@linkplain LevelRows lie between -1 and 1}. */
    static MatMul level8(Quantized weight) {
        Packed packed = Fbgemm.packInt8(weight);
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
        UnpackedInt4 unpacked = new UnpackedInt4(weight);
        Kernel kernel = x -> {
            Tensor rows = x.reshape(-1, x.size(-1)).to(DType.BF16);
            Tensor y = rows.size(0) >= UnpackedInt4.ROWS && OneDnn.HERE
                    ? unpacked.apply(rows)
                    : Int4.LINEAR.call(rows, packed, group, ready).get(0).narrow(1, 0, out);
            return y.to(DType.F32).reshape(widened(x, out));
        };
        return biased(weight.in(), size(weight), kernel, bias, packed::close, ready::close, unpacked::close);
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
        private static final Operator LINEAR_INT8 =
                Operator.find("quantized::linear_with_input_q_dq_qweight_dq_output_fp32", "");
        private static final boolean HERE = Natives.value("qEngine", () -> {
            QEngine engine = torch.globalContext().qEngine();
            return engine.value == QEngine.X86.value || engine.value == QEngine.FBGEMM.value;
        });
        private static final long LARGEST = 127;
        private static final boolean NARROW = HERE && saturates();

        static boolean serves(Tensor weight) {
            return HERE && weight.device().equals(Device.CPU);
        }

        static Packed packInt8(Quantized weight) {
            Tensor zeros = Tensor.zeros(DType.I64, weight.out());
            try (Packed joined = join(weight.values().contiguous(), weight.scales(), zeros)) {
                return PACK_INT8.pack(joined, Optional.empty());
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

        /** {@code level} lies between -1 and 1. */
        static Tensor linearInt8(Tensor level, Packed packed) {
            return linearInt8(level, packed, NARROW ? LARGEST / 2 : LARGEST);
        }

        private static Tensor linearInt8(Tensor level, Packed packed, long largest) {
            return LINEAR_INT8.call(level, 1.0 / largest, largest + 1, packed).get(0);
        }

        /**
         * Processors without VNNI add pairs of products in 16 bits, which overflows unless activations have 7 bits: the
         * largest products of all tell.
         */
        private static boolean saturates() {
            long width = 64;
            try (Scope scope = Scope.open()) {
                Tensor ones = Tensor.ones(DType.F32, width, width);
                Packed packed = packInt8(Quantized.int8(ones));
                double sum = linearInt8(ones, packed, LARGEST).mean().item();
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
