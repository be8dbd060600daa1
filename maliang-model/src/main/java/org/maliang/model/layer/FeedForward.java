package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/** Up, activation, down: {@code [batch, time, hidden] -> [batch, time, hidden]}. */
public record FeedForward(Projection up, Activation activation, Projection down) {

    public Tensor apply(Tensor x) {
        return down.apply(activation.apply(up.apply(x)));
    }
}
