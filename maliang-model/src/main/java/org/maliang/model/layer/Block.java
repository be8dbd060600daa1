package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/** One layer of a stack: {@code [batch, time, hidden] -> [batch, time, hidden]}. */
@FunctionalInterface
public interface Block {

    Tensor apply(Tensor x, Pass pass);
}
