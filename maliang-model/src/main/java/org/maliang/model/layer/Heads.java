package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/**
 * What attention works on.
 *
 * @param queries {@code [batch, heads, time, headDim]}
 * @param keys {@code [batch, heads, time, headDim]}
 * @param values {@code [batch, heads, time, headDim]}
 */
public record Heads(Tensor queries, Tensor keys, Tensor values) {

    /** Makes heads of hidden states; families differ in how their files lay out the projections. */
    @FunctionalInterface
    public interface Source {
        /** {@code [batch, time, hidden]} to heads. */
        Heads of(Tensor x);
    }

    /** One projection whose output is three blocks: all queries, all keys, all values (GPT-2). */
    public static Source blocks(Projection fused, int heads) {
        return x -> {
            Tensor qkv = fused.apply(x); // [batch, time, 3 * hidden]
            long batch = qkv.size(0);
            long time = qkv.size(1);
            long headSize = qkv.size(2) / 3 / heads;
            Tensor split = qkv.view(batch, time, 3, heads, headSize).permute(2, 0, 3, 1, 4);
            return new Heads(split.select(0, 0), split.select(0, 1), split.select(0, 2));
        };
    }

    /** Three projections, one for queries, one for keys and one for values (BERT). */
    public static Source separate(Projection query, Projection key, Projection value, int heads) {
        return x -> new Heads(split(query.apply(x), heads), split(key.apply(x), heads), split(value.apply(x), heads));
    }

    /** {@code [batch, time, hidden] -> [batch, heads, time, headDim]}. */
    private static Tensor split(Tensor x, int heads) {
        return x.view(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
    }
}
