package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/** Brings vectors to a common size: {@code [..., size] -> [..., size]}. */
@FunctionalInterface
public interface Norm {

    Tensor apply(Tensor x);

    /** The same for few rows in Java's heap. */
    default HostRows apply(HostRows x) {
        return HostRows.of(apply(x.tensor()));
    }
}
