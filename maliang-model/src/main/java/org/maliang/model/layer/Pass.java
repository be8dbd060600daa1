package org.maliang.model.layer;

import org.maliang.tensor.Mask;

/**
 * What all blocks share during one pass through a model.
 *
 * @param mask which keys a query may look at
 * @param memory what cross-attention looks at; {@link Memory#NONE} in models without
 * @param routings what sparse layers decided in this pass
 * @param cache the keys and values of earlier passes, or {@link KvCache#none()}
 * @param training whether dropout is on
 */
public record Pass(Mask mask, Memory memory, Routings routings, KvCache cache, boolean training) {

    /** A pass without a memory, in which nothing has been decided yet. */
    public static Pass of(Mask mask, KvCache cache, boolean training) {
        return new Pass(mask, Memory.NONE, new Routings(), cache, training);
    }

    public Pass withMask(Mask other) {
        return new Pass(other, memory, routings, cache, training);
    }

    public Pass withMemory(Memory other) {
        return new Pass(mask, other, routings, cache, training);
    }
}
