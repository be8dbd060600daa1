package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/** A linear map of the last dimension: {@code [..., in] -> [..., out]}. */
@FunctionalInterface
public interface Projection {

    Tensor apply(Tensor x);
}
