package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/** Up, activation, down: {@code [batch, time, hidden] -> [batch, time, hidden]}. */
public record FeedForward(Projection up, Activation activation, Projection down) implements Block {

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return down.apply(activation.apply(up.apply(x)));
    }

    @Override
    public HostRows apply(HostRows x, Pass pass) {
        return down.apply(activation.apply(up.apply(x)));
    }

    /** The same with dropout behind the activation. */
    public Block withDropout(Dropout inner) {
        return (x, pass) -> down.apply(inner.apply(activation.apply(up.apply(x)), pass.training()));
    }
}
