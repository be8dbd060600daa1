package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.maliang.checkpoint.Weights;
import org.maliang.model.layer.Initial;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/** Reads parameters from a checkpoint, and packs matrices as they are placed. */
final class StoredParameters extends PackedParameters {

    private final Weights weights;
    private final Family family;
    private final Placement placement;
    private final Set<String> unused;

    StoredParameters(Weights weights, Family family, Placement placement) {
        this.weights = weights;
        this.family = family;
        this.placement = placement;
        this.unused = new TreeSet<>(weights.names());
        unused.removeIf(name -> StoredMatrix.isScale(weights, name));
    }

    /** The name under which a file holds a parameter. */
    static String stored(Weights weights, Family family, String name) {
        return family.storedNames(name).stream()
                .filter(weights.names()::contains)
                .findFirst()
                .orElseThrow(() -> new ModelException("the weights lack \"" + name
                        + "\": the file does not belong to this config.json, or is incomplete"));
    }

    @Override
    public Tensor tensor(String name, Initial initial, long... shape) {
        return placed(found(name), MatMul.Layout.OUT_IN, shape);
    }

    private StoredMatrix found(String name) {
        String stored = stored(weights, family, name);
        unused.remove(stored);
        return new StoredMatrix(weights, stored);
    }

    private Tensor placed(StoredMatrix matrix, MatMul.Layout layout, long... shape) {
        Tensor mapped = matrix.floats(layout, shape);
        Tensor placed = mapped.to(placement.dtype()).to(placement.device());
        if (placement.mapped()) {
            return placed;
        }
        boolean fresh = placed.dtype() != mapped.dtype() || !placed.device().equals(mapped.device());
        return fresh || !placed.isContiguous() ? placed.contiguous() : placed.copy();
    }

    @Override
    public Tensor matrix(String name, Initial initial, MatMul.Layout layout, long... shape) {
        StoredMatrix matrix = found(name);
        return packed(matrix, placement.kind(weights.info(matrix.name()).dtype()), layout, shape);
    }

    @Override
    public Tensor table(String name, Initial initial, long... shape) {
        StoredMatrix matrix = found(name);
        WeightKind kind = placement.kind(weights.info(matrix.name()).dtype());
        return packed(matrix, kind.ofTables(), MatMul.Layout.OUT_IN, shape);
    }

    private Tensor packed(StoredMatrix matrix, WeightKind kind, MatMul.Layout layout, long... shape) {
        if (kind == WeightKind.F32 || placement.device().kind() != Device.Kind.CPU && kind.quantized()) {
            return placed(matrix, layout, shape);
        }
        Optional<Quantized> integers = matrix.integers(layout, shape);
        Tensor delivered = integers.isPresent()
                ? integers.get().values()
                : matrix.floats(layout, shape).to(placement.device());
        return packing(
                delivered,
                new Packing(
                        matrix.name(),
                        integers,
                        (outIn, bias) -> integers.isPresent()
                                ? packed(integers.get(), kind, bias)
                                : MatMul.packed(kind, outIn, bias)));
    }

    private MatMul packed(Quantized integers, WeightKind kind, Optional<Tensor> bias) {
        if (integers.kind() == kind || placement.matrices().isEmpty()) {
            return MatMul.packed(integers, bias);
        }
        return MatMul.packed(kind, integers.dequantized(), bias);
    }

    @Override
    public DType dtype() {
        return placement.dtype();
    }

    @Override
    public DType cacheType() {
        return placement.cache();
    }

    @Override
    public Tensor optional(String name, Initial initial, long... shape) {
        return family.storedNames(name).stream().anyMatch(weights.names()::contains)
                ? tensor(name, initial, shape)
                : Tensor.full(initial.mean(), placement.dtype(), shape).to(placement.device());
    }

    /** Fails if the checkpoint holds tensors that the model has no use for. */
    void requireAllUsed(JsonNode config) {
        unused.removeIf(name -> family.ignores(config, name));
        if (!unused.isEmpty()) {
            throw new ModelException(
                    "the weights hold " + unused.size() + " tensors this model does not have, such as \""
                            + unused.iterator().next() + "\": config.json describes another model");
        }
    }
}
