package org.maliang.model;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Generator;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/**
 * Draws parameters whose matrices are of one packed kind from the start: a matrix is drawn when its product is made, and not
 * kept beside it, so that a model takes no more memory than its packed weights. Tables of words are kept, to be looked up in.
 * The numbers are drawn evenly, with the deviation that fresh weights usually have: for measurements of speed, not for
 * training.
 *
 * @param kind any but F32
 */
record RandomParameters(
        FreshParameters others,
        WeightKind kind,
        Map<Tensor, Optional<Quantized>> tables,
        Map<Tensor, MatMul> products) // by what was delivered; owned
        implements Parameters.Source {

    private static final double DEVIATION = 0.02;
    private static final double RANGE = DEVIATION * Math.sqrt(12); // of evenly drawn numbers with that deviation
    private static final double LARGEST = 127;
    private static final double BYTES = 256;
    private static final double LEVELS = 15;

    RandomParameters(Generator random, Device device, WeightKind kind) {
        this(new FreshParameters(random, device), kind, new IdentityHashMap<>(), new IdentityHashMap<>());
    }

    @Override
    public Tensor tensor(String name, Initial initial, long... shape) {
        return others.tensor(name, initial, shape);
    }

    /** An outline: a matrix is drawn when it is packed. */
    @Override
    public Tensor matrix(String name, Initial initial, MatMul.Layout layout, long... shape) {
        return Tensor.zeros(others.device(), DType.F32, 1).expand(shape);
    }

    @Override
    public Tensor table(String name, Initial initial, long... shape) {
        Tensor delivered;
        if (kind.quantized()) {
            Quantized integers = int8(shape[0], shape[1]);
            delivered = integers.values();
            tables.put(delivered, Optional.of(integers));
        } else {
            delivered = floats(shape).to(kind == WeightKind.F16 ? DType.F16 : DType.BF16);
            tables.put(delivered, Optional.empty());
        }
        return delivered;
    }

    @Override
    public MatMul product(Tensor weight, MatMul.Layout layout, Optional<Tensor> bias) {
        return products.computeIfAbsent(weight, delivered -> {
            Tensor outIn = layout.outIn(delivered);
            try (Scope scope = Scope.open()) {
                Optional<Quantized> integers =
                        tables.getOrDefault(delivered, Optional.empty()).or(() -> integers(outIn));
                return integers.isPresent()
                        ? MatMul.packed(integers.get(), bias)
                        : MatMul.packed(kind, tables.containsKey(delivered) ? outIn : floats(outIn.shape()), bias);
            }
        });
    }

    private Optional<Quantized> integers(Tensor outIn) {
        if (!kind.quantized()) {
            return Optional.empty();
        }
        long out = outIn.size(0);
        long in = outIn.size(1);
        boolean four = kind == WeightKind.INT4 && Quantized.groups(in, WeightKind.GROUP);
        return Optional.of(four ? int4(out, in) : int8(out, in));
    }

    private Quantized int8(long out, long in) {
        Tensor values = evenly(-LARGEST, LARGEST, out, in).to(DType.I8);
        return new Quantized(values, Tensor.full(others.device(), RANGE / (2 * LARGEST), DType.F32, out));
    }

    private Quantized int4(long out, long in) {
        Tensor values = evenly(0, BYTES, out, in / 2).to(DType.U8);
        long groups = in / WeightKind.GROUP;
        Tensor scale = Tensor.full(others.device(), RANGE / LEVELS, DType.BF16, groups, out, 1);
        return new Quantized(values, Tensor.cat(List.of(scale, scale.div(2)), 2)); // the values' middle is 7.5, not 8
    }

    private Tensor floats(long... shape) {
        return evenly(-RANGE / 2, RANGE / 2, shape);
    }

    private Tensor evenly(double low, double high, long... shape) {
        return others.random().uniform(shape, low, high).to(others.device());
    }

    @Override
    public Tensor rows(Tensor weight, Tensor ids, OptionalInt padding) {
        Optional<Quantized> integers = tables.get(weight);
        if (integers == null) {
            return Parameters.Source.super.rows(weight, ids, padding);
        }
        return integers.map(table -> table.rows(ids))
                .orElseGet(() -> Ops.embedding(weight, ids).to(DType.F32));
    }

    /** The scales of tables, which live as long as the model. Owned. */
    List<Tensor> scales() {
        return tables.values().stream()
                .flatMap(Optional::stream)
                .map(Quantized::scales)
                .toList();
    }

    @Override
    public void close() {
        products.values().forEach(MatMul::close);
        scales().forEach(Tensor::close);
    }
}
