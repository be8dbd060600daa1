package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Products of many rows with a matrix of 4 bits: piece by piece the matrix is unpacked into bf16, which processors multiply
 * several times as fast as LibTorch's 4-bit kernel does.
 *
 * <p>A number from 0 to 15 becomes a bf16 by its bits alone: it is the end of the mantissa of 128 + number.
 */
final class UnpackedInt4 implements AutoCloseable {

    /** From so many rows on, unpacking is faster than LibTorch's kernel. */
    static final long ROWS = 64;

    private static final String NAME = "unpack";
    private static final long PIECE = 1 << 20; // weights that are unpacked at once, so that caches hold them
    private static final long SPREAD = 1 + (1 << 12); // brings the upper half to bit 16
    private static final long NUMBERS = 0x000F_000F;
    private static final long BITS_OF_128 = 0x4300_4300;
    private static final long CENTRE = 128 + 8;

    private final Tensor values; // [out, in / 2], U8
    private final Tensor scales; // [out, groups, 1], BF16
    private final Tensor offsets; // likewise

    /** Shares the integers. */
    UnpackedInt4(Quantized matrix) {
        values = Scope.unowned(matrix.values()::detach);
        scales = each(matrix.scales(), 0);
        offsets = each(matrix.scales(), 1);
    }

    private static Tensor each(Tensor scales, long which) {
        return Scope.unowned(scales.narrow(2, which, 1).transpose(0, 1).contiguous()::copy);
    }

    /** {@code [n, in] -> [n, out]}, both BF16. */
    Tensor apply(Tensor x) {
        long out = values.size(0);
        long rows = Math.max(1, Math.min(out, PIECE / (2 * values.size(1))));
        List<Tensor> parts = new ArrayList<>();
        for (long start = 0; start < out; start += rows) {
            try (Scope scope = Scope.open()) {
                parts.add(scope.keep(Ops.linear(x, unpacked(start, Math.min(rows, out - start)))));
            }
        }
        return Tensor.cat(parts, 1);
    }

    /** Some rows of the matrix: {@code [count, in]}, BF16. */
    private Tensor unpacked(long start, long count) {
        Tensor pairs = values.narrow(0, start, count).to(DType.I32);
        Natives.run(
                NAME,
                () -> pairs.raw(NAME)
                        .mul_(new Scalar(SPREAD))
                        .bitwise_and_(new Scalar(NUMBERS))
                        .bitwise_or_(new Scalar(BITS_OF_128)),
                pairs);
        Tensor numbers = Natives.tensor(NAME, () -> pairs.raw(NAME).view(ScalarType.BFloat16), pairs);
        Natives.run(NAME, () -> numbers.raw(NAME).sub_(new Scalar(CENTRE)), numbers);
        Tensor centred = numbers.view(count, scales.size(1), -1);
        return centred.mulInPlace(scales.narrow(0, start, count))
                .addInPlace(offsets.narrow(0, start, count))
                .view(count, numbers.size(1));
    }

    @Override
    public void close() {
        values.close();
        scales.close();
        offsets.close();
    }
}
