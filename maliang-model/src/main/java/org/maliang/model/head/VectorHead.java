package org.maliang.model.head;

import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/** Turns vectors into numbers for a task: {@code [..., hidden] -> [..., outputs]}. */
@FunctionalInterface
public interface VectorHead {

    /** @param training whether dropout is on */
    Tensor apply(Tensor vectors, boolean training);

    /** Dropout and a projection, for vectors that a pooler has made or that need none. */
    static VectorHead plain(Dropout dropout, Projection output) {
        return (vectors, training) -> output.apply(dropout.apply(vectors, training));
    }

    /** A layer of its own before the projection; dropout before and after it. */
    static VectorHead deep(Dropout before, Projection dense, Activation activation, Dropout after, Projection output) {
        return (vectors, training) -> {
            Tensor inner = activation.apply(dense.apply(before.apply(vectors, training)));
            return output.apply(after.apply(inner, training));
        };
    }
}
