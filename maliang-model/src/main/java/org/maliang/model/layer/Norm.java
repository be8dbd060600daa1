package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/** Brings vectors to a common size: {@code [..., size] -> [..., size]}. */
@FunctionalInterface
public interface Norm {

    Tensor apply(Tensor x);
}
