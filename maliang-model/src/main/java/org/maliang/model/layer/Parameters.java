package org.maliang.model.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.tensor.DType;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Where layers get their parameters from, under their names in the model file. Layers neither know whether a tensor is
 * drawn at random or read from a checkpoint, nor the path above them.
 *
 * <p>{@link #tensors()} lists everything taken so far at this level and deeper, in the order of taking.
 */
public final class Parameters implements AutoCloseable {

    /** Delivers one named tensor. */
    @FunctionalInterface
    public interface Source {
        Tensor tensor(String name, Initial initial, long... shape);

        /** The same for a tensor that a file may lack; then it is what a fresh one would be. */
        default Tensor optional(String name, Initial initial, long... shape) {
            return tensor(name, initial, shape);
        }

        /**
         * The same for a matrix that is only multiplied by and looked up in, through {@link #product} and {@link #rows}: it
         * may come in another number format, or as integers without their scales.
         */
        default Tensor matrix(String name, Initial initial, MatMul.Layout layout, long... shape) {
            return tensor(name, initial, shape);
        }

        /** The same for a table of words or a vocabulary head, whose error every token feels: it keeps 8 bits at least. */
        default Tensor table(String name, Initial initial, long... shape) {
            return matrix(name, initial, MatMul.Layout.OUT_IN, shape);
        }

        /** The product with a tensor that this source delivered; a packed one is made once for each. */
        default MatMul product(Tensor weight, MatMul.Layout layout, Optional<Tensor> bias) {
            return MatMul.of(weight, layout, bias);
        }

        /** Rows of a tensor that this source delivered, as {@link Ops#embedding(Tensor, Tensor)}. */
        default Tensor rows(Tensor weight, Tensor ids, OptionalInt padding) {
            return padding.isPresent() ? Ops.embedding(weight, ids, padding.getAsInt()) : Ops.embedding(weight, ids);
        }

        /** What activations are computed in. */
        default DType dtype() {
            return DType.F32;
        }

        /** What keys and values of texts are kept in. */
        default DType cacheType() {
            return dtype();
        }

        /** {@link MatMul#ready} of all products. */
        default void ready() {}

        /** Frees what was packed; delivered tensors are the taker's. */
        default void close() {}
    }

    private final Source source;
    private final String prefix;
    private final Map<String, Tensor> taken;
    private final Map<String, Tensor> fixed;
    private final List<MatMul> products; // of all levels

    private Parameters(
            Source source, String prefix, Map<String, Tensor> taken, Map<String, Tensor> fixed, List<MatMul> products) {
        this.source = source;
        this.prefix = prefix;
        this.taken = taken;
        this.fixed = fixed;
        this.products = products;
    }

    public static Parameters from(Source source) {
        return new Parameters(source, "", new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    }

    /** The same parameters seen from one level deeper: {@code at("attn").take("bias", ...)} takes {@code attn.bias}. */
    public Parameters at(String child) {
        return new Parameters(source, prefix + child + ".", taken, fixed, products);
    }

    public Parameters at(int index) {
        return at(Integer.toString(index));
    }

    /** Takes the tensor {@code name} of {@code shape}; a fresh one follows {@code initial}. */
    public Tensor take(String name, Initial initial, long... shape) {
        return keep(name, source.tensor(prefix + name, initial, shape));
    }

    /** Takes a table of words or a head, used through {@link #product(Tensor, Optional)} and {@link #rows} alone. */
    public Tensor takeTable(String name, Initial initial, long... shape) {
        return keep(name, source.table(prefix + name, initial, shape));
    }

    private Tensor keep(String name, Tensor tensor) {
        taken.put(prefix + name, tensor);
        return tensor;
    }

    /** Takes {@code weight} and, where {@code biased}, {@code bias}, which starts at zero: the map they make. */
    public MatMul product(Initial initial, MatMul.Layout layout, int in, int out, boolean biased) {
        long[] shape = layout == MatMul.Layout.OUT_IN ? new long[] {out, in} : new long[] {in, out};
        Tensor weight = keep("weight", source.matrix(prefix + "weight", initial, layout, shape));
        Optional<Tensor> bias = biased ? Optional.of(take("bias", Initial.ZEROS, out)) : Optional.empty();
        MatMul product = source.product(weight, layout, bias);
        products.add(product);
        return product;
    }

    /** The maps taken so far, at all levels: what a pass multiplies by, its head aside. */
    public List<MatMul> products() {
        return Collections.unmodifiableList(products);
    }

    /** The map of a matrix {@code [out, in]} that was taken here; it is closed with the model. */
    public MatMul product(Tensor weight, Optional<Tensor> bias) {
        return source.product(weight, MatMul.Layout.OUT_IN, bias);
    }

    /** Rows of a table that was taken here: {@code [...] -> [..., size]}. */
    public Tensor rows(Tensor weight, Tensor ids, OptionalInt padding) {
        return source.rows(weight, ids, padding);
    }

    /** What activations are computed in. */
    public DType dtype() {
        return source.dtype();
    }

    /** What keys and values of texts are kept in. */
    public DType cacheType() {
        return source.cacheType();
    }

    /** {@link MatMul#ready} of all products, the head's too: some at a time. */
    public void ready() {
        source.ready();
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

    /** Frees everything that was taken, at all levels. */
    @Override
    public void close() {
        source.close();
        taken.values().forEach(Tensor::close);
        fixed.values().forEach(Tensor::close);
    }
}
