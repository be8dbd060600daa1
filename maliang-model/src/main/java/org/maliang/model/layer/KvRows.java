package org.maliang.model.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.HostAttention;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * Caches of one row each as the rows of one, for a pass of one position. Owns nothing.
 *
 * <p>Where lengths may differ, as many positions are read as fill whole {@linkplain #STEP steps}, and masks hide those
 * behind a row's own: kernels add in another order where a row ends within a vector, so what a row says would depend on
 * the longest one beside it in its last digits.
 */
final class KvRows extends KvCache {

    /** Positions: the widest vector of 32-bit floats. */
    private static final long STEP = 16;

    private final Tensor memory; // [rows, layers, 2, heads, capacity, headDim]
    private final List<KvCache> rows;
    private final long[] lengths;
    private final long read; // positions, the fresh one included
    private boolean asked; // for what follows
    private Optional<HostAttention> byJava = Optional.empty();
    private final @Nullable Tensor places; // [rows, 1, 1, 1], where each row goes on; none where that is the same place

    /**
     * Rows beside each other.
     *
     * @param mixed whether lengths may differ; else they are equal
     */
    KvRows(Tensor memory, List<KvCache> rows, boolean mixed) {
        super(List.of(), List.of(), memory.size(4));
        this.memory = memory;
        this.rows = List.copyOf(rows);
        this.lengths = rows.stream().mapToLong(KvCache::length).toArray();
        long longest = Arrays.stream(lengths).max().orElseThrow();
        this.read = mixed ? Math.min(capacity(), (longest / STEP + 1) * STEP) : longest + 1;
        boolean alike = Arrays.stream(lengths).allMatch(length -> length == longest);
        this.places = alike ? null : Tensor.of(lengths, lengths.length, 1, 1, 1).to(memory.device());
    }

    @Override
    public long[] lengths() {
        return lengths.clone();
    }

    @Override
    public long length() {
        return read - 1;
    }

    @Override
    public Heads append(int layer, Heads fresh) {
        Tensor both = memory.select(1, layer); // [rows, 2, heads, capacity, headDim]
        return Heads.inOneType(
                fresh.queries(), written(both.select(1, 0), fresh.keys()), written(both.select(1, 1), fresh.values()));
    }

    @Override
    Optional<HostRows> attended(int layer, HostHeads fresh, Mask mask) {
        if (!asked) {
            byJava = HostAttention.of(memory);
            asked = true;
        }
        return byJava.map(attention ->
                attention.apply(layer, fresh.queries(), fresh.keys(), fresh.values(), lengths, read, mask));
    }

    /** All of a buffer that is read, with {@code fresh} {@code [rows, heads, 1, headDim]} behind what was there. */
    private Tensor written(Tensor buffer, Tensor fresh) {
        if (places == null) {
            buffer.narrow(2, lengths[0], 1).copyFrom(fresh);
        } else {
            buffer.scatterInPlace(2, places.expand(fresh.shape()), fresh.to(buffer.dtype()));
        }
        return buffer.narrow(2, 0, read);
    }

    @Override
    public void advance(long positions) {
        rows.forEach(row -> row.advance(positions));
    }
}
