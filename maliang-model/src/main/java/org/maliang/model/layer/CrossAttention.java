package org.maliang.model.layer;

import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Tensor;

/**
 * Attention of a decoder to what an encoder made of the source (Vaswani et al., arXiv:1706.03762). Keys and values come
 * from the pass's {@link Memory}, which is made of them before the pass.
 *
 * @param query {@code [..., hidden] -> [..., heads * headDim]}
 * @param memory makes the keys and values of this layer
 * @param output projects the joined heads back
 * @param settings the numbers; the layer is the place in the memory
 */
public record CrossAttention(Projection query, Memory.Source memory, Projection output, SelfAttention.Settings settings)
        implements Block {

    /**
     * Half a layer around cross-attention that is left out of passes without a memory, as in models that may look at a source
     * and need not.
     */
    public static Block whereThereIsMemory(Block half) {
        return (x, pass) -> pass.memory().layers().isEmpty() ? x : half.apply(x, pass);
    }

    /** {@code [batch, time, hidden] -> [batch, time, hidden]}. */
    @Override
    public Tensor apply(Tensor x, Pass pass) {
        Memory.KeyValues seen = pass.memory().layers().get(settings.layer());
        Heads.Source heads =
                y -> new Heads(Memory.split(query.apply(y), seen.keys().size(1)), seen.keys(), seen.values());
        Pass across = Pass.of(pass.memory().mask(), KvCache.none(), pass.training());
        return new SelfAttention(heads, output, settings).apply(x, across);
    }

    /**
     * How much of its attention a position gives to each position of the source, before dropout:
     * {@code [batch, time, hidden] -> [batch, heads, time, source]}.
     */
    public Tensor weights(Tensor x, Pass pass) {
        Tensor keys = pass.memory().layers().get(settings.layer()).keys(); // [batch, heads, source, headDim]
        Tensor queries = Memory.split(query.apply(x), keys.size(1));
        Tensor scores = queries.matmul(keys.transpose(2, 3)).mul(settings.scale());
        @Nullable Tensor bias = pass.memory().mask().tensor();
        return (bias == null ? scores : scores.add(bias)).softmax(-1);
    }
}
