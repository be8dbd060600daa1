package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/** One layer of a stack, or a part of one: {@code [batch, time, hidden] -> [batch, time, hidden]}. */
@FunctionalInterface
public interface Block {

    Tensor apply(Tensor x, Pass pass);

    /** The same for few rows in Java's heap, without dropout. */
    default HostRows apply(HostRows x, Pass pass) {
        return HostRows.of(apply(x.tensor(), pass));
    }

    /** This block and then {@code next}. */
    default Block then(Block next) {
        return new Block() {
            @Override
            public Tensor apply(Tensor x, Pass pass) {
                return next.apply(Block.this.apply(x, pass), pass);
            }

            @Override
            public HostRows apply(HostRows x, Pass pass) {
                return next.apply(Block.this.apply(x, pass), pass);
            }
        };
    }
}
