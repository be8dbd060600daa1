package org.maliang.model;

import java.util.List;
import java.util.Optional;
import org.maliang.model.layer.Initial;
import org.maliang.tensor.DType;
import org.maliang.tensor.Generator;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/**
 * Draws parameters whose matrices are of one packed kind from the start: a matrix is drawn when its product is made, and not
 * kept beside it, so that a model takes no more memory than its packed weights. Tables of words are kept, to be looked up in.
 * The numbers are drawn evenly, with the deviation that fresh weights usually have: for measurements of speed, not for
 * training. Every matrix has a seed of its own, so that it is the same whichever thread draws it, and when.
 */
final class RandomParameters extends PackedParameters {

    private static final double DEVIATION = 0.02;
    private static final double RANGE = DEVIATION * Math.sqrt(12); // of evenly drawn numbers with that deviation
    private static final double LARGEST = 127;
    private static final double BYTES = 256;
    private static final double LEVELS = 15;

    private final FreshParameters others; // which also say what caches are in
    private final WeightKind kind;
    private long seed;

    /** @param placement with matrices of any kind but F32 */
    RandomParameters(long seed, Placement placement) {
        this.others = new FreshParameters(Generator.of(seed), placement.device(), placement.cache());
        this.kind = placement.matrices().orElseThrow();
        this.seed = seed;
    }

    @Override
    public DType cacheType() {
        return others.cacheType();
    }

    @Override
    public Tensor tensor(String name, Initial initial, long... shape) {
        return others.tensor(name, initial, shape);
    }

    /** An outline: a matrix is drawn when it is packed. */
    @Override
    public Tensor matrix(String name, Initial initial, MatMul.Layout layout, long... shape) {
        Tensor outline = Tensor.zeros(others.device(), DType.F32, 1).expand(shape);
        long own = ++seed;
        return packing(
                outline,
                new Packing(
                        name,
                        Optional.empty(),
                        (outIn, bias) -> drawn(Generator.of(own), outIn.size(0), outIn.size(1), bias)));
    }

    private MatMul drawn(Generator random, long out, long in, Optional<Tensor> bias) {
        if (!kind.quantized()) {
            return MatMul.packed(kind, floats(random, out, in), bias);
        }
        boolean four = kind == WeightKind.INT4 && Quantized.groups(in, WeightKind.GROUP);
        return MatMul.packed(four ? int4(random, out, in) : int8(random, out, in), bias);
    }

    @Override
    public Tensor table(String name, Initial initial, long... shape) {
        Generator random = Generator.of(++seed);
        if (kind.quantized()) {
            Quantized integers = int8(random, shape[0], shape[1]);
            return packing(
                    integers.values(),
                    new Packing(name, Optional.of(integers), (outIn, bias) -> MatMul.packed(integers, bias)));
        }
        return packing(
                floats(random, shape).to(kind == WeightKind.F16 ? DType.F16 : DType.BF16),
                new Packing(name, Optional.empty(), (outIn, bias) -> MatMul.packed(kind, outIn, bias)));
    }

    private Quantized int8(Generator random, long out, long in) {
        Tensor values = evenly(random, -LARGEST, LARGEST, out, in).to(DType.I8);
        return new Quantized(values, Tensor.full(others.device(), RANGE / (2 * LARGEST), DType.F32, out));
    }

    private Quantized int4(Generator random, long out, long in) {
        Tensor values = evenly(random, 0, BYTES, out, in / 2).to(DType.U8);
        long groups = in / WeightKind.GROUP;
        Tensor scale = Tensor.full(others.device(), RANGE / LEVELS, DType.BF16, groups, out, 1);
        return new Quantized(values, Tensor.cat(List.of(scale, scale.div(2)), 2)); // the values' middle is 7.5, not 8
    }

    private Tensor floats(Generator random, long... shape) {
        return evenly(random, -RANGE / 2, RANGE / 2, shape);
    }

    private Tensor evenly(Generator random, double low, double high, long... shape) {
        return random.uniform(shape, low, high).to(others.device());
    }
}
