package org.maliang.model.layer;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Tensor;

/** Caches of one row each as the rows of one, for a pass of one position. Owns nothing. */
final class KvRows extends KvCache {

    private final Tensor memory; // [rows, layers, 2, heads, capacity, headDim]
    private final List<KvCache> rows;
    private final long[] lengths;
    private final long longest;
    private final @Nullable Tensor places; // [rows, 1, 1, 1], where each row goes on; none where that is the same place

    KvRows(Tensor memory, List<KvCache> rows) {
        super(List.of(), List.of(), memory.size(4));
        this.memory = memory;
        this.rows = List.copyOf(rows);
        this.lengths = rows.stream().mapToLong(KvCache::length).toArray();
        this.longest = Arrays.stream(lengths).max().orElseThrow();
        boolean alike = Arrays.stream(lengths).allMatch(length -> length == longest);
        this.places = alike ? null : Tensor.of(lengths, lengths.length, 1, 1, 1).to(memory.device());
    }

    @Override
    public long[] lengths() {
        return places == null ? new long[] {longest} : lengths.clone();
    }

    @Override
    public long length() {
        return longest;
    }

    @Override
    public Heads append(int layer, Heads fresh) {
        Tensor both = memory.select(1, layer); // [rows, 2, heads, capacity, headDim]
        return new Heads(
                fresh.queries(), written(both.select(1, 0), fresh.keys()), written(both.select(1, 1), fresh.values()));
    }

    /** All of a buffer that any row uses, with {@code fresh} {@code [rows, heads, 1, headDim]} behind what was there. */
    private Tensor written(Tensor buffer, Tensor fresh) {
        if (places == null) {
            buffer.narrow(2, longest, 1).copyFrom(fresh);
        } else {
            buffer.scatterInPlace(2, places.expand(fresh.shape()), fresh);
        }
        return buffer.narrow(2, 0, longest + 1);
    }

    @Override
    public void advance(long positions) {
        rows.forEach(row -> row.advance(positions));
    }
}
