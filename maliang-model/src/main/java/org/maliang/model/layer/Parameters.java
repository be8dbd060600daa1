package org.maliang.model.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.maliang.tensor.Tensor;

/**
 * Where layers get their parameters from, under their names in the model file. Layers neither know whether a tensor is
 * drawn at random or read from a checkpoint, nor the path above them.
 *
 * <p>{@link #tensors()} lists everything taken so far at this level and deeper, in the order of taking.
 */
public final class Parameters {

    /** Delivers one named tensor. */
    @FunctionalInterface
    public interface Source {
        Tensor tensor(String name, Initial initial, long... shape);

        /** The same for a tensor that a file may lack; then it is what a fresh one would be. */
        default Tensor optional(String name, Initial initial, long... shape) {
            return tensor(name, initial, shape);
        }
    }

    private final Source source;
    private final String prefix;
    private final Map<String, Tensor> taken;
    private final Map<String, Tensor> fixed;

    private Parameters(Source source, String prefix, Map<String, Tensor> taken, Map<String, Tensor> fixed) {
        this.source = source;
        this.prefix = prefix;
        this.taken = taken;
        this.fixed = fixed;
    }

    public static Parameters from(Source source) {
        return new Parameters(source, "", new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** The same parameters seen from one level deeper: {@code at("attn").take("bias", ...)} takes {@code attn.bias}. */
    public Parameters at(String child) {
        return new Parameters(source, prefix + child + ".", taken, fixed);
    }

    public Parameters at(int index) {
        return at(Integer.toString(index));
    }

    /** Takes the tensor {@code name} of {@code shape}; a fresh one follows {@code initial}. */
    public Tensor take(String name, Initial initial, long... shape) {
        String path = prefix + name;
        Tensor tensor = source.tensor(path, initial, shape);
        taken.put(path, tensor);
        return tensor;
    }

    /** Takes a tensor that is no parameter: it is part of the model and of its file, and not learned. Files may lack it. */
    public Tensor takeFixed(String name, Initial initial, long... shape) {
        String path = prefix + name;
        Tensor tensor = source.optional(path, initial, shape);
        fixed.put(path, tensor);
        return tensor;
    }

    /** The tensors taken at this level and deeper, by full name, in the order of taking. */
    public Map<String, Tensor> tensors() {
        return below(taken);
    }

    /** The same for those that are not learned. */
    public Map<String, Tensor> fixed() {
        return below(fixed);
    }

    private Map<String, Tensor> below(Map<String, Tensor> all) {
        if (prefix.isEmpty()) {
            return Collections.unmodifiableMap(all);
        }
        Map<String, Tensor> below = new LinkedHashMap<>(all);
        below.keySet().removeIf(name -> !name.startsWith(prefix));
        return Collections.unmodifiableMap(below);
    }
}
