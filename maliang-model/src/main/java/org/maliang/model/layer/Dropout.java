package org.maliang.model.layer;

import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Drops elements while training and scales the others up (Srivastava et al. 2014).
 *
 * @param probability of dropping an element
 */
public record Dropout(double probability) {

    /** {@code x} itself when there is nothing to drop. */
    public Tensor apply(Tensor x, boolean training) {
        return active(training) ? Ops.dropout(x, probability, true) : x;
    }

    public boolean active(boolean training) {
        return training && probability > 0;
    }
}
