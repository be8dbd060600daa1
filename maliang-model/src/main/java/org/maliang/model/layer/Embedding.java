package org.maliang.model.layer;

import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.maliang.tensor.Tensor;

/**
 * A table of vectors.
 *
 * @param weight {@code [rows, size]}
 * @param lookup rows by their ids
 */
public record Embedding(Tensor weight, UnaryOperator<Tensor> lookup) {

    public static Embedding of(Parameters parameters, Initial initial, int rows, int size) {
        return of(parameters, initial, rows, size, OptionalInt.empty());
    }

    /** @param padding the row that learns nothing by being looked up; it starts at zero */
    public static Embedding of(Parameters parameters, Initial initial, int rows, int size, OptionalInt padding) {
        return of(parameters, parameters.take("weight", padded(initial, padding), rows, size), padding);
    }

    /** A table of words, which may be quantised: it is looked up in, and its weight is a head or nothing else. */
    public static Embedding ofWords(Parameters parameters, Initial initial, int rows, int size) {
        return ofWords(parameters, initial, rows, size, OptionalInt.empty());
    }

    /** The same with a row for padding. */
    public static Embedding ofWords(Parameters parameters, Initial initial, int rows, int size, OptionalInt padding) {
        return of(parameters, parameters.takeTable("weight", padded(initial, padding), rows, size), padding);
    }

    private static Embedding of(Parameters parameters, Tensor weight, OptionalInt padding) {
        return new Embedding(weight, ids -> parameters.rows(weight, ids, padding));
    }

    private static Initial padded(Initial initial, OptionalInt padding) {
        return padding.isPresent() ? initial.zeroRow(padding.getAsInt()) : initial;
    }

    /** The vectors of {@code ids}: {@code [...] -> [..., size]}. */
    public Tensor apply(Tensor ids) {
        return lookup.apply(ids);
    }

    /** The vectors of {@code count} consecutive rows: {@code [count, size]}, without a look-up. */
    public Tensor rows(long start, long count) {
        return weight.narrow(0, start, count);
    }
}
