package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/**
 * A feed-forward layer whose activation is a gate (Shazeer, arXiv:2002.05202):
 * {@code down(activation(gate(x)) · up(x))}.
 */
public record GatedFeedForward(Projection gate, Activation activation, Projection up, Projection down)
        implements Block {

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return down.apply(inner(x));
    }

    @Override
    public HostRows apply(HostRows x, Pass pass) {
        return down.apply(activation.apply(gate.apply(x)).times(up.apply(x)));
    }

    /** The same with dropout before the way down. */
    public Block withDropout(Dropout inner) {
        return (x, pass) -> down.apply(inner.apply(inner(x), pass.training()));
    }

    private Tensor inner(Tensor x) {
        return activation.apply(gate.apply(x)).mul(up.apply(x));
    }
}
