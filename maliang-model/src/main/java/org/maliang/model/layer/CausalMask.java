package org.maliang.model.layer;

import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/** Masks for texts in which a position sees itself and what came before. */
public final class CausalMask {

    private static final double HIDDEN = -1e30;
    private static final double HIDDEN_F16 = -65504;

    private CausalMask() {}

    /** No limit to how far back a query sees. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Without padding. A single new position sees everything: all else lies before it. */
    public static Mask of(long queries) {
        return queries == 1 ? Mask.NONE : Mask.CAUSAL;
    }

    /**
     * Without padding, each query seeing itself and the {@code window - 1} keys before it.
     *
     * @param queries how many of the keys, counted from the end, are new
     */
    public static Mask of(long queries, long keys, long window, Device device) {
        return keys <= window
                ? of(queries)
                : Mask.of(hidden(queries, keys, window, device).not());
    }

    /**
     * Hides padding too. Hidden scores are large and finite, so that rows that see nothing stay finite.
     *
     * @param visible {@code [batch, keys]}, 1 for tokens and 0 for padding; or {@code [batch, queries, keys]}, 1 where a
     *     query may see a key
     * @param queries how many of the keys, counted from the end, are new
     * @param window how many keys a query sees, itself included
     * @param dtype of the attention scores
     */
    public static Mask of(Tensor visible, long queries, long window, DType dtype) {
        Tensor unseen = visible.eq(0).unsqueeze(1);
        Tensor hidden = visible.rank() == 3 ? unseen : unseen.unsqueeze(1); // [batch, 1, 1 or queries, keys]
        long keys = visible.size(-1);
        if (queries > 1 || keys > window) {
            hidden = hidden.or(hidden(queries, keys, window, visible.device())); // [batch, 1, queries, keys]
        }
        return additive(hidden, dtype);
    }

    /** A mask that is added to the scores: large and negative where {@code hidden}. */
    public static Mask additive(Tensor hidden, DType dtype) {
        Tensor scores = Tensor.zeros(hidden.device(), dtype, hidden.shape());
        return Mask.of(scores.maskedFill(hidden, dtype == DType.F16 ? HIDDEN_F16 : HIDDEN));
    }

    /** Where a key lies after its query, or too far before it: {@code [queries, keys]}. */
    public static Tensor hidden(long queries, long keys, long window, Device device) {
        Tensor all = Tensor.full(device, 1, DType.BOOL, queries, keys);
        Tensor future = all.triu(keys - queries + 1);
        return keys > window ? future.or(all.tril(keys - queries - window)) : future;
    }
}
