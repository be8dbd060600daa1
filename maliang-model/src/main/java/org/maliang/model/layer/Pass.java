package org.maliang.model.layer;

import org.maliang.tensor.Mask;

/**
 * What all blocks share during one pass through a model.
 *
 * @param mask which keys a query may look at
 * @param window the same for layers that look at nearby keys only; {@code mask} in models without such layers
 * @param rotation turns queries and keys by their positions; {@link Rotation#NONE} in models without rotary positions
 * @param memory what cross-attention looks at; {@link Memory#NONE} in models without
 * @param routings what sparse layers decided in this pass
 * @param cache the keys and values of earlier passes, or {@link KvCache#none()}
 * @param training whether dropout is on
 */
public record Pass(
        Mask mask, Mask window, Rotation rotation, Memory memory, Routings routings, KvCache cache, boolean training) {

    /** A pass without windows, rotary positions and memory, in which nothing has been decided yet. */
    public static Pass of(Mask mask, KvCache cache, boolean training) {
        return new Pass(mask, mask, Rotation.NONE, Memory.NONE, new Routings(), cache, training);
    }

    public Pass withMask(Mask other) {
        return new Pass(other, window, rotation, memory, routings, cache, training);
    }

    public Pass withWindow(Mask other) {
        return new Pass(mask, other, rotation, memory, routings, cache, training);
    }

    public Pass withRotation(Rotation other) {
        return new Pass(mask, window, other, memory, routings, cache, training);
    }

    public Pass withMemory(Memory other) {
        return new Pass(mask, window, rotation, other, routings, cache, training);
    }
}
