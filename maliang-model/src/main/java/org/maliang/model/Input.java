package org.maliang.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Tensor;

/**
 * What goes into a decoder. Start with {@link #of} and add what differs from the plain case:
 *
 * <pre>{@code Input.of(ids).withMask(mask).withCache(cache)}</pre>
 *
 * <p>An input holds tensors and owns none.
 */
public final class Input {

    private final Tensor ids; // [batch, time]
    private final @Nullable Tensor mask; // [batch, past + time]
    private final @Nullable Tensor positions; // [batch, time]
    private final KvCache cache;
    private final boolean training;
    private final List<Input> parts;

    private Input(
            Tensor ids,
            @Nullable Tensor mask,
            @Nullable Tensor positions,
            KvCache cache,
            boolean training,
            List<Input> parts) {
        this.ids = ids;
        this.mask = mask;
        this.positions = positions;
        this.cache = cache;
        this.training = training;
        this.parts = parts;
    }

    /** Token ids {@code [batch, time]}, no padding, positions counted from what the cache holds, dropout off. */
    public static Input of(Tensor ids) {
        return new Input(ids, null, null, KvCache.none(), false, List.of());
    }

    /**
     * Several texts in a row: they share the linear layers, and each sees what is in its own cache only.
     *
     * @param parts one or more inputs, each with a cache of its own: of one text without mask and positions, or
     *     {@linkplain #rows of several} texts that go on by one token
     */
    public static Input beside(List<Input> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Tensor ids = Tensor.cat(
                parts.stream()
                        .map(part -> part.ids.view(1, part.ids.elements()))
                        .toList(),
                1);
        long[] positions = parts.stream().flatMapToLong(Input::places).toArray();
        Tensor places = Tensor.of(positions, 1, positions.length).to(ids.device());
        return new Input(ids, null, places, KvCache.none(), false, List.copyOf(parts));
    }

    /**
     * One more token for each of several texts, of equal or different lengths.
     *
     * @param ids {@code [rows, 1]}
     * @param cache {@linkplain KvCache#beside of as many rows}
     */
    public static Input rows(Tensor ids, KvCache cache) {
        Input rows = of(ids).withCache(cache);
        long[] lengths = cache.lengths();
        int keys = (int) cache.length() + 1;
        if (Arrays.stream(lengths).allMatch(length -> length + 1 == keys)) {
            return rows;
        }
        long[] visible = new long[lengths.length * keys];
        for (int row = 0; row < lengths.length; row++) {
            Arrays.fill(visible, row * keys, row * keys + (int) lengths[row] + 1, 1);
        }
        return rows.withMask(Tensor.of(visible, lengths.length, keys).to(ids.device()))
                .withPositions(Tensor.of(lengths, lengths.length, 1).to(ids.device()));
    }

    /** The positions of all tokens, row by row. */
    private LongStream places() {
        long[] lengths = cache.lengths();
        return LongStream.range(0, batch())
                .map(row -> lengths[lengths.length == 1 ? 0 : (int) row])
                .flatMap(past -> LongStream.range(past, past + time()));
    }

    /**
     * Hides padding: {@code [batch, past + time]}, 1 for tokens and 0 for padding. Or says of every token what it sees of
     * what came before: {@code [batch, time, past + time]}, for several documents in a row.
     */
    public Input withMask(Tensor mask) {
        return new Input(ids, mask, positions, cache, training, parts);
    }

    /** Sets positions instead of counting them: {@code [batch, time]}. */
    public Input withPositions(Tensor positions) {
        return new Input(ids, mask, positions, cache, training, parts);
    }

    /** Continues after what {@code cache} holds, and adds to it. */
    public Input withCache(KvCache cache) {
        return new Input(ids, mask, positions, cache, training, parts);
    }

    /** Turns dropout on. */
    public Input training() {
        return new Input(ids, mask, positions, cache, true, parts);
    }

    public Tensor ids() {
        return ids;
    }

    public Optional<Tensor> mask() {
        return Optional.ofNullable(mask);
    }

    public Optional<Tensor> positions() {
        return Optional.ofNullable(positions);
    }

    public KvCache cache() {
        return cache;
    }

    public boolean isTraining() {
        return training;
    }

    /** The texts that this one lays {@linkplain #beside beside} each other; none where all rows are alike. */
    public List<Input> parts() {
        return parts;
    }

    /** Counts the new positions as stored in the cache, after a pass through all layers. */
    void advance() {
        parts.forEach(Input::advance);
        cache.advance(time());
    }

    /** Rows. */
    public long batch() {
        return ids.size(0);
    }

    /** New positions a row. */
    public long time() {
        return ids.size(1);
    }
}
