package org.maliang.model;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Quantized;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

/** Delivers matrices of which some are multiplied by in a packed form, and looked up in as they were delivered. */
abstract class PackedParameters implements Parameters.Source {
    private static final int MOST =
            8; // matrices packed at a time: until it is done, each needs several times its memory

    private final Map<Tensor, Packing> packings = new LinkedHashMap<>(); // by what was delivered
    private final Map<Tensor, LazyMatMul> products = new LinkedHashMap<>(); // likewise, in order; owned
    private volatile boolean ready;

    /** Makes the product with a delivered matrix, as {@code [out, in]}. */
    interface Packer {
        MatMul packed(Tensor outIn, Optional<Tensor> bias);
    }

    /**
     * What becomes of a delivered matrix.
     *
     * @param name in the model
     * @param integers what its values belong to where those are integers; the scales are owned
     */
    record Packing(String name, Optional<Quantized> integers, Packer packer) {}

    /** Notes what becomes of a matrix that is about to be delivered; gives it back. */
    final Tensor packing(Tensor delivered, Packing packing) {
        packings.put(delivered, packing);
        return delivered;
    }

    @Override
    public final MatMul product(Tensor weight, MatMul.Layout layout, Optional<Tensor> bias) {
        Packing packing = packings.get(weight);
        if (packing == null) {
            return MatMul.of(weight, layout, bias);
        }
        return products.computeIfAbsent(
                weight,
                delivered -> new LazyMatMul(
                        packing.name,
                        delivered.elements(),
                        () -> packing.packer.packed(layout.outIn(delivered), bias)));
    }

    @Override
    public final Tensor rows(Tensor weight, Tensor ids, OptionalInt padding) {
        Packing packing = packings.get(weight);
        if (packing == null) {
            return Parameters.Source.super.rows(weight, ids, padding);
        }
        return packing.integers
                .map(integers -> integers.rows(ids))
                .orElseGet(() -> Ops.embedding(weight, ids).to(dtype()));
    }

    /** Packs what products were asked for. */
    final void pack() {
        sideBySide(LazyMatMul::packed);
    }

    @Override
    public final synchronized void ready() {
        if (!ready) {
            sideBySide(LazyMatMul::ready);
            ready = true;
        }
    }

    /** One matrix on each thread, the largest first. */
    private void sideBySide(Consumer<LazyMatMul> work) {
        List<Runnable> tasks = products.values().stream()
                .sorted(Comparator.comparingLong(LazyMatMul::elements).reversed())
                .<Runnable>map(product -> () -> work.accept(product))
                .toList();
        Threads.sideBySide(MOST, tasks);
    }

    /** The scales of integers, which live as long as the model. Owned. */
    final List<Tensor> scales() {
        return packings.values().stream()
                .flatMap(packing -> packing.integers.stream())
                .map(Quantized::scales)
                .toList();
    }

    @Override
    public final void close() {
        products.values().forEach(MatMul::close);
        scales().forEach(Tensor::close);
    }
}
