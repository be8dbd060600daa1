package org.maliang.model.layer;

import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/** Masks for texts in which every position sees all others but padding. */
public final class PaddingMask {

    private static final double HIDDEN = -1e30;
    private static final double HIDDEN_F16 = -65504;

    private PaddingMask() {}

    /**
     * Hides where {@code visible} is 0. Hidden scores are large and finite, so that rows that see nothing stay finite.
     *
     * @param visible {@code [batch, keys]}, or {@code [batch, queries, keys]} for every pair
     * @param dtype of the attention scores
     */
    public static Mask of(Tensor visible, DType dtype) {
        if (visible.rank() != 2 && visible.rank() != 3) {
            throw new IllegalArgumentException("the mask has " + visible.rank()
                    + " dimensions: give [batch, time], or [batch, from, to] for every pair");
        }
        Tensor hidden = visible.eq(0).unsqueeze(1); // [batch, 1, keys] or [batch, 1, queries, keys]
        Tensor spread = visible.rank() == 2 ? hidden.unsqueeze(1) : hidden; // [batch, 1, 1 or queries, keys]
        Tensor scores = Tensor.zeros(visible.device(), dtype, spread.shape());
        return Mask.of(scores.maskedFill(spread, dtype == DType.F16 ? HIDDEN_F16 : HIDDEN));
    }
}
