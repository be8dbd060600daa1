package org.maliang.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Which keys a query may see.
 *
 * @param causal query i sees keys up to i + (keys - queries): the last query sees all
 * @param tensor broadcastable to [batch, heads, queries, keys]: BOOL (true = may see) or floating (added to the scores);
 *     null where every key may be seen
 * @param scale factor of the scores; 0 stands for 1 / sqrt(headDim)
 */
public record Mask(boolean causal, @Nullable Tensor tensor, double scale) {
    public static final Mask NONE = new Mask(false, null, 0);
    public static final Mask CAUSAL = new Mask(true, null, 0);

    public static Mask of(Tensor tensor) {
        return new Mask(false, tensor, 0);
    }

    public Mask scale(double newScale) {
        return new Mask(causal, tensor, newScale);
    }
}
