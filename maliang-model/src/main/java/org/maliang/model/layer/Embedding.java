package org.maliang.model.layer;

import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * A table of vectors.
 *
 * @param weight {@code [rows, size]}
 */
public record Embedding(Tensor weight) {

    public static Embedding of(Parameters parameters, Initial initial, int rows, int size) {
        return new Embedding(parameters.take("weight", initial, rows, size));
    }

    /** The vectors of {@code ids}: {@code [...] -> [..., size]}. */
    public Tensor apply(Tensor ids) {
        return Ops.embedding(weight, ids);
    }

    /** The vectors of {@code count} consecutive rows: {@code [count, size]}, without a look-up. */
    public Tensor rows(long start, long count) {
        return weight.narrow(0, start, count);
    }
}
