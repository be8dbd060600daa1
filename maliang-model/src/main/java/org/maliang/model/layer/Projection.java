package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/** A linear map of the last dimension: {@code [..., in] -> [..., out]}. */
@FunctionalInterface
public interface Projection {

    Tensor apply(Tensor x);

    /** The same for few rows in Java's heap. */
    default HostRows apply(HostRows x) {
        return HostRows.of(apply(x.tensor()));
    }
}
