package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;

/**
 * A matrix {@code [out, in]} as integers with scales.
 *
 * <p>8 bits: {@code w = value · scale}, one scale a row, values symmetric about zero. 4 bits: columns are taken in groups,
 * and {@code w = (value - 8) · scale + offset} with one scale and one offset for each row of a group; the range of a group
 * is narrowed a little where that makes its error smaller.
 *
 * @param values 8 bits: {@code [out, in]}, I8. 4 bits: {@code [out, in / 2]}, U8, the even column in the lower half
 * @param scales 8 bits: {@code [out]}, F32. 4 bits: {@code [groups, out, 2]}, BF16: scale and offset
 */
public record Quantized(Tensor values, Tensor scales) {
    private static final double LARGEST = 127;
    private static final double LEVELS = 15;
    private static final double MIDDLE = 8;
    private static final String NIBBLES = "nibbles";
    private static final long LOWER = 0x0F;
    private static final long HALF = 4; // bits of a byte
    private static final double TINIEST = 1e-30; // a row of zeros still needs a scale
    private static final long PIECE =
            1 << 20; // weights whose ranges are chosen at once: each takes 300 bytes meanwhile
    private static final double[] RANGES = {1, 0.95, 0.9, 0.85, 0.8};

    public Quantized {
        boolean fit = eight(values)
                ? scales.dtype() == DType.F32 && Arrays.equals(scales.shape(), new long[] {values.size(0)})
                : four(values) && scales.dtype() == DType.BF16 && groupsFit(values, scales);
        if (!fit) {
            throw new TensorException("quantized: values " + Arrays.toString(values.shape()) + " " + values.dtype()
                    + " and scales " + Arrays.toString(scales.shape()) + " " + scales.dtype()
                    + " do not belong together; quantize the matrix again");
        }
    }

    private static boolean eight(Tensor values) {
        return values.rank() == 2 && values.dtype() == DType.I8;
    }

    private static boolean four(Tensor values) {
        return values.rank() == 2 && values.dtype() == DType.U8;
    }

    private static boolean groupsFit(Tensor values, Tensor scales) {
        long columns = 2 * values.size(1);
        return scales.rank() == 3
                && scales.size(0) > 0
                && columns % scales.size(0) == 0
                && scales.size(1) == values.size(0)
                && scales.size(2) == 2;
    }

    /** Whether a matrix with so many columns can have groups of that size. */
    public static boolean groups(long columns, int group) {
        return group >= 2 && group % 2 == 0 && columns % group == 0;
    }

    /** {@code weight} {@code [out, in]} in 8 bits. */
    public static Quantized int8(Tensor weight) {
        Tensor exact = weight.detach().to(DType.F32);
        Tensor scales =
                exact.abs().amax(1, true).clamp(TINIEST, Float.MAX_VALUE).div(LARGEST); // [out, 1]
        return new Quantized(round(exact.div(scales)).to(DType.I8), scales.view(exact.size(0)));
    }

    /** {@code weight} {@code [out, in]} in 4 bits; {@code group} columns share a scale and must divide {@code in}. */
    public static Quantized int4(Tensor weight, int group) {
        if (!groups(weight.size(1), group)) {
            throw new TensorException("int4: groups of " + group + " do not divide " + weight.size(1)
                    + " columns; choose an even divisor, or 8 bits");
        }
        long rows = Math.max(1, PIECE / weight.size(1));
        List<Tensor> values = new ArrayList<>();
        List<Tensor> scales = new ArrayList<>();
        for (long start = 0; start < weight.size(0); start += rows) {
            try (Scope scope = Scope.open()) {
                Quantized piece =
                        piece(weight.detach().narrow(0, start, Math.min(rows, weight.size(0) - start)), group);
                values.add(scope.keep(piece.values));
                scales.add(scope.keep(piece.scales));
            }
        }
        return new Quantized(Tensor.cat(values, 0), Tensor.cat(scales, 1));
    }

    /** Some rows, for which the best ranges are looked for at once. */
    private static Quantized piece(Tensor weight, int group) {
        long out = weight.size(0);
        Tensor exact = weight.to(DType.F32).reshape(out, weight.size(1) / group, group);
        Tensor most = exact.amax(2, true); // [out, groups, 1]
        Tensor least = exact.neg().amax(2, true).neg();
        Group best = Group.of(exact, least, most);
        for (double range : RANGES) {
            best = best.or(Group.of(exact, least.mul(range), most.mul(range)));
        }
        Tensor pairs = best.values.reshape(out, weight.size(1) / 2, 2);
        Tensor values =
                pairs.select(2, 0).add(pairs.select(2, 1).mul(LEVELS + 1)).to(DType.U8);
        Tensor scales = Tensor.cat(List.of(best.scale, best.offset), 2) // [out, groups, 2]
                .transpose(0, 1)
                .contiguous();
        return new Quantized(values, scales.to(DType.BF16));
    }

    /** Groups in one choice of ranges: values {@code [out, groups, group]}, all else {@code [out, groups, 1]}. */
    private record Group(Tensor values, Tensor scale, Tensor offset, Tensor error) {
        static Group of(Tensor exact, Tensor least, Tensor most) {
            Tensor scale = most.sub(least).div(LEVELS).clamp(TINIEST, Float.MAX_VALUE);
            scale = scale.to(DType.BF16).to(DType.F32);
            Tensor offset = least.add(scale.mul(MIDDLE)).to(DType.BF16).to(DType.F32);
            Tensor values = round(exact.sub(offset).div(scale)).add(MIDDLE).clamp(0, LEVELS);
            Tensor again = values.sub(MIDDLE).mul(scale).add(offset);
            return new Group(values, scale, offset, again.sub(exact).square().sum(2, true));
        }

        Group or(Group other) {
            Tensor better = other.error.lt(error);
            return new Group(
                    Tensor.where(better, other.values, values),
                    Tensor.where(better, other.scale, scale),
                    Tensor.where(better, other.offset, offset),
                    other.error.minimum(error));
        }
    }

    private static Tensor round(Tensor x) {
        return Natives.tensor("round", () -> x.raw("round").round(), x);
    }

    public WeightKind kind() {
        return values.dtype() == DType.I8 ? WeightKind.INT8 : WeightKind.INT4;
    }

    /** Rows of the matrix. */
    public long out() {
        return values.size(0);
    }

    /** Columns of the matrix. */
    public long in() {
        return kind() == WeightKind.INT8 ? values.size(1) : 2 * values.size(1);
    }

    /** Columns that share a scale. */
    public long group() {
        return kind() == WeightKind.INT8 ? in() : in() / scales.size(0);
    }

    /** The matrix in floats: {@code [out, in]}, F32. */
    public Tensor dequantized() {
        try (Scope scope = Scope.open()) {
            return scope.keep(floats(values, scales));
        }
    }

    /** Rows of the matrix, as an embedding looks them up: ids {@code [...]} gives {@code [..., in]} in F32. */
    public Tensor rows(Tensor ids) {
        try (Scope scope = Scope.open()) {
            Tensor wanted = ids.to(values.device()).flatten();
            Tensor theirs = scales.indexSelect(kind() == WeightKind.INT8 ? 0 : 1, wanted);
            Tensor found = floats(values.indexSelect(0, wanted), theirs); // [n, in]
            long[] shape = Arrays.copyOf(ids.shape(), ids.rank() + 1);
            shape[ids.rank()] = in();
            return scope.keep(found.view(shape));
        }
    }

    private Tensor floats(Tensor integers, Tensor theirScales) {
        long rows = integers.size(0);
        if (kind() == WeightKind.INT8) {
            return integers.to(DType.F32).mul(theirScales.view(rows, 1));
        }
        Tensor pairs = theirScales.to(DType.F32).transpose(0, 1).unsqueeze(2); // [rows, groups, 1, 2]
        return nibbles(integers)
                .to(DType.F32)
                .view(rows, scales.size(0), group())
                .sub(MIDDLE)
                .mul(pairs.select(3, 0))
                .add(pairs.select(3, 1))
                .reshape(rows, in());
    }

    /** Values of 4 bits, each in a number of its own: {@code [rows, in]}, U8. */
    static Tensor nibbles(Tensor packed) {
        Tensor low = Natives.tensor(NIBBLES, () -> packed.raw(NIBBLES).bitwise_and(new Scalar(LOWER)));
        Tensor high = Natives.tensor(NIBBLES, () -> packed.raw(NIBBLES).bitwise_right_shift(new Scalar(HALF)));
        return Tensor.stack(List.of(low, high), 2).flatten(1, 2);
    }
}
