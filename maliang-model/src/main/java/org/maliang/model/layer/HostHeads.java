package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/**
 * {@link Heads} in Java's heap, those of a position beside each other.
 *
 * @param queries {@code [batch, time, heads * headDim]}
 * @param keys {@code [batch, time, keyHeads * headDim]}
 * @param values likewise
 * @param headSize numbers of a head
 */
record HostHeads(HostRows queries, HostRows keys, HostRows values, int headSize) {

    static HostHeads of(Heads heads) {
        int headSize = (int) heads.queries().size(3);
        return new HostHeads(joined(heads.queries()), joined(heads.keys()), joined(heads.values()), headSize);
    }

    /** {@code [batch, heads, time, headDim] -> [batch, time, heads * headDim]}. */
    static HostRows joined(Tensor heads) {
        return HostRows.of(heads.transpose(1, 2).flatten(2, 3));
    }

    /** Copies of them. */
    Heads heads() {
        return new Heads(split(queries), split(keys), split(values));
    }

    private Tensor split(HostRows joined) {
        return joined.tensor(joined.size(0), joined.size(1), joined.size(2) / headSize, headSize)
                .transpose(1, 2);
    }

    /** One row a head: {@code [batch, time, heads, headDim]}. */
    HostRows each(HostRows joined) {
        return joined.view(joined.size(0), joined.size(1), joined.size(2) / headSize, headSize);
    }

    /** Other queries and keys, in the shapes of these or one row a head. */
    HostHeads with(HostRows otherQueries, HostRows otherKeys) {
        return new HostHeads(joined(otherQueries), joined(otherKeys), values, headSize);
    }

    /** Of {@code [batch, time, heads, headDim]} each. */
    static HostHeads ofEach(HostRows queries, HostRows keys, HostRows values) {
        return new HostHeads(joined(queries), joined(keys), joined(values), (int) queries.size(3));
    }

    private static HostRows joined(HostRows each) {
        return each.rank() == 3 ? each : each.view(each.size(0), each.size(1), each.size(2) * each.size(3));
    }

    /** Positions of a row as some texts of their own. */
    HostHeads part(long start, long batch, long time) {
        return new HostHeads(
                queries.part(start, batch, time),
                keys.part(start, batch, time),
                values.part(start, batch, time),
                headSize);
    }
}
