package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/** One vector for a whole text, made of the state of its first position. */
public record Pooler(Projection dense, Activation activation) {

    /** {@code [batch, time, hidden] -> [batch, hidden]}. */
    public Tensor apply(Tensor hidden) {
        return activation.apply(dense.apply(hidden.select(1, 0)));
    }
}
