package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/** One layer of a stack, or a part of one: {@code [batch, time, hidden] -> [batch, time, hidden]}. */
@FunctionalInterface
public interface Block {

    Tensor apply(Tensor x, Pass pass);

    /** This block and then {@code next}. */
    default Block then(Block next) {
        return (x, pass) -> next.apply(apply(x, pass), pass);
    }
}
