package org.maliang.model;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.TensorException;

/** A product whose weights are packed when it is first needed, by whichever thread needs it. */
final class LazyMatMul extends MatMul {
    private final String name;
    private final long elements;
    private final Supplier<MatMul> packing;
    private volatile @Nullable MatMul packed; // owned

    /**
     * @param name of the weights, for errors
     * @param elements numbers in the matrix
     */
    LazyMatMul(String name, long elements, Supplier<MatMul> packing) {
        this.name = name;
        this.elements = elements;
        this.packing = packing;
    }

    /** Numbers in the matrix: how long packing takes. */
    long elements() {
        return elements;
    }

    /** Packs the weights unless that is done; {@link ModelException} with their name where they cannot be. */
    MatMul packed() {
        MatMul found = packed;
        return found == null ? pack() : found;
    }

    private synchronized MatMul pack() {
        MatMul found = packed;
        if (found == null) {
            try (Scope scope = Scope.open();
                    Autograd.Guard frozen = Autograd.noGrad()) {
                found = packing.get();
            } catch (TensorException e) {
                throw new ModelException("\"" + name + "\": " + e.getMessage(), e);
            }
            packed = found;
        }
        return found;
    }

    @Override
    public Tensor apply(Tensor x) {
        return packed().apply(x);
    }

    @Override
    public HostRows apply(HostRows x) {
        return packed().apply(x);
    }

    @Override
    public boolean ownThreads(long rows) {
        return packed().ownThreads(rows);
    }

    @Override
    public long worthReady() {
        return packed().worthReady();
    }

    @Override
    public void ready() {
        packed().ready();
    }

    @Override
    public Size size() {
        return packed().size();
    }

    @Override
    public synchronized void close() {
        MatMul found = packed;
        if (found != null) {
            found.close();
        }
    }
}
