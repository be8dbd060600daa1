package org.maliang.model.layer;

import java.util.OptionalInt;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * A table of vectors.
 *
 * @param weight {@code [rows, size]}
 * @param padding the row that learns nothing by being looked up; it starts at zero
 */
public record Embedding(Tensor weight, OptionalInt padding) {

    public Embedding(Tensor weight) {
        this(weight, OptionalInt.empty());
    }

    public static Embedding of(Parameters parameters, Initial initial, int rows, int size) {
        return new Embedding(parameters.take("weight", initial, rows, size));
    }

    public static Embedding of(Parameters parameters, Initial initial, int rows, int size, OptionalInt padding) {
        Initial padded = padding.isPresent() ? initial.zeroRow(padding.getAsInt()) : initial;
        return new Embedding(parameters.take("weight", padded, rows, size), padding);
    }

    /** The vectors of {@code ids}: {@code [...] -> [..., size]}. */
    public Tensor apply(Tensor ids) {
        return padding.isPresent() ? Ops.embedding(weight, ids, padding.getAsInt()) : Ops.embedding(weight, ids);
    }

    /** The vectors of {@code count} consecutive rows: {@code [count, size]}, without a look-up. */
    public Tensor rows(long start, long count) {
        return weight.narrow(0, start, count);
    }
}
