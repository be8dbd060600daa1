package org.maliang.model.layer;

import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/** Masks for texts in which a position sees itself and what came before. */
public final class CausalMask {

    private static final double HIDDEN = -1e30;
    private static final double HIDDEN_F16 = -65504;

    private CausalMask() {}

    /** Without padding. A single new position sees everything: all else lies before it. */
    public static Mask of(long queries) {
        return queries == 1 ? Mask.NONE : Mask.CAUSAL;
    }

    /**
     * Hides padding too. Hidden scores are large and finite, so that rows that see nothing stay finite.
     *
     * @param visible {@code [batch, keys]}, 1 for tokens and 0 for padding
     * @param queries how many of the keys, counted from the end, are new
     * @param dtype of the attention scores
     */
    public static Mask of(Tensor visible, long queries, DType dtype) {
        long keys = visible.size(1);
        Tensor hidden = visible.eq(0).unsqueeze(1).unsqueeze(1); // [batch, 1, 1, keys]
        if (queries > 1) {
            Tensor future = Tensor.ones(DType.BOOL, queries, keys)
                    .triu(keys - queries + 1)
                    .to(visible.device()); // [queries, keys]
            hidden = hidden.or(future); // [batch, 1, queries, keys]
        }
        Tensor scores = Tensor.zeros(visible.device(), dtype, hidden.shape());
        return Mask.of(scores.maskedFill(hidden, dtype == DType.F16 ? HIDDEN_F16 : HIDDEN));
    }
}
