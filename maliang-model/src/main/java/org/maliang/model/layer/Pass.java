package org.maliang.model.layer;

import org.maliang.tensor.Mask;

/**
 * What all blocks share during one pass through a model.
 *
 * @param mask which keys a query may look at
 * @param cache the keys and values of earlier passes, or {@link KvCache#none()}
 * @param training whether dropout is on
 */
public record Pass(Mask mask, KvCache cache, boolean training) {

    public static Pass of(Mask mask, KvCache cache, boolean training) {
        return new Pass(mask, cache, training);
    }
}
