package org.maliang.model;

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
     * @param parts one or more inputs of one row each, without masks and positions, each with a cache of its own
     */
    public static Input beside(List<Input> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Tensor ids = Tensor.cat(parts.stream().map(Input::ids).toList(), 1); // [1, time of all]
        long[] positions = parts.stream()
                .flatMapToLong(part -> {
                    long past = part.cache.length();
                    return LongStream.range(past, past + part.time());
                })
                .toArray();
        Tensor places = Tensor.of(positions, 1, positions.length).to(ids.device());
        return new Input(ids, null, places, KvCache.none(), false, List.copyOf(parts));
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
