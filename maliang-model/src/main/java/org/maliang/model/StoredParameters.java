package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.maliang.checkpoint.Weights;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/** Reads parameters from a checkpoint and notices what is missing, misshapen or left over. */
final class StoredParameters implements Parameters.Source {

    private final Weights weights;
    private final Family family;
    private final Placement placement;
    private final Set<String> unused;

    StoredParameters(Weights weights, Family family, Placement placement) {
        this.weights = weights;
        this.family = family;
        this.placement = placement;
        this.unused = new TreeSet<>(weights.names());
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
        String stored = stored(weights, family, name);
        long[] found =
                weights.info(stored).shape().stream().mapToLong(Long::longValue).toArray();
        if (!Arrays.equals(found, shape)) {
            throw new ModelException("\"" + stored + "\" has shape " + Arrays.toString(found)
                    + ", config.json asks for " + Arrays.toString(shape) + ": the two do not belong together");
        }
        DType storedType = weights.info(stored).dtype();
        if (!storedType.floating()) {
            throw new ModelException("\"" + stored + "\" holds " + storedType
                    + " numbers, not floating ones: convert the weights, or fetch the unquantized ones");
        }
        unused.remove(stored);
        Tensor mapped = weights.tensor(stored);
        Tensor placed = mapped.to(placement.dtype()).to(placement.device());
        if (placement.mapped()) {
            return placed;
        }
        boolean fresh = placed.dtype() != mapped.dtype() || !placed.device().equals(mapped.device());
        return fresh || !placed.isContiguous() ? placed.contiguous() : placed.copy();
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
