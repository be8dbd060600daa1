package org.maliang.model.layer;

import org.jspecify.annotations.Nullable;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Multi-head self-attention (Vaswani et al., arXiv:1706.03762); the mask of the pass says who sees whom.
 *
 * @param heads makes queries, keys and values
 * @param output projects the joined heads back
 * @param settings the numbers
 */
public record SelfAttention(Heads.Source heads, Projection output, Settings settings) {

    /**
     * What differs between attention layers.
     *
     * @param layer index in the stack, which is the slot in the cache
     * @param scale factor on the scores, usually 1/√headDim
     * @param dropout of attention weights
     */
    public record Settings(int layer, double scale, Dropout dropout) {}

    /** {@code [batch, time, hidden] -> [batch, time, hidden]}. */
    public Tensor apply(Tensor x, Pass pass) {
        Heads all = pass.cache().append(settings.layer(), heads.of(x));
        Mask mask = pass.mask().scale(settings.scale());
        Tensor mixed = settings.dropout().active(pass.training())
                ? withDropout(all, mask)
                : Ops.attention(all.queries(), all.keys(), all.values(), mask); // [batch, heads, time, headDim]
        return output.apply(mixed.transpose(1, 2).flatten(2, 3));
    }

    /** The same by hand: the fused kernels know no dropout. */
    private Tensor withDropout(Heads h, Mask mask) {
        Tensor scores = h.queries().matmul(h.keys().transpose(2, 3)).mul(mask.scale()); // [batch, heads, time, keys]
        @Nullable Tensor bias = mask.tensor();
        if (bias != null) {
            scores = scores.add(bias);
        }
        if (mask.causal()) {
            long time = scores.size(2);
            Tensor future = Tensor.ones(DType.BOOL, time, time).triu(1).to(scores.device());
            scores = scores.maskedFill(future, Double.NEGATIVE_INFINITY);
        }
        Tensor weights = settings.dropout().apply(scores.softmax(-1), true);
        return weights.matmul(h.values());
    }
}
