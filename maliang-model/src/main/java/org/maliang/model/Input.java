package org.maliang.model;

import java.util.Optional;
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

    private Input(Tensor ids, @Nullable Tensor mask, @Nullable Tensor positions, KvCache cache, boolean training) {
        this.ids = ids;
        this.mask = mask;
        this.positions = positions;
        this.cache = cache;
        this.training = training;
    }

    /** Token ids {@code [batch, time]}, no padding, positions counted from what the cache holds, dropout off. */
    public static Input of(Tensor ids) {
        return new Input(ids, null, null, KvCache.none(), false);
    }

    /**
     * Hides padding: {@code [batch, past + time]}, 1 for tokens and 0 for padding. Or says of every token what it sees of
     * what came before: {@code [batch, time, past + time]}, for several documents in a row.
     */
    public Input withMask(Tensor mask) {
        return new Input(ids, mask, positions, cache, training);
    }

    /** Sets positions instead of counting them: {@code [batch, time]}. */
    public Input withPositions(Tensor positions) {
        return new Input(ids, mask, positions, cache, training);
    }

    /** Continues after what {@code cache} holds, and adds to it. */
    public Input withCache(KvCache cache) {
        return new Input(ids, mask, positions, cache, training);
    }

    /** Turns dropout on. */
    public Input training() {
        return new Input(ids, mask, positions, cache, true);
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

    /** Rows. */
    public long batch() {
        return ids.size(0);
    }

    /** New positions a row. */
    public long time() {
        return ids.size(1);
    }
}
