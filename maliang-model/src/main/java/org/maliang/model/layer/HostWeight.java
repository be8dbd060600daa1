package org.maliang.model.layer;

import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Tensor;

/** A small tensor in Java's heap, copied when it is first asked for: for what does not change any more. */
final class HostWeight {

    private final Tensor tensor;
    private volatile float @Nullable [] values;

    HostWeight(Tensor tensor) {
        this.tensor = tensor;
    }

    /** Its numbers in order; not to be changed. */
    float[] values() {
        float[] found = values;
        if (found == null) {
            found = tensor.toFloats();
            values = found;
        }
        return found;
    }
}
