package org.maliang.model.layer;

import org.jspecify.annotations.Nullable;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * T5's positions: every head learns how much it likes a distance (Raffel et al., arXiv:1910.10683, section 2.1). Short
 * distances have a bucket each, longer ones share buckets that grow logarithmically, from {@code longest} on all are one.
 *
 * @param weight {@code [buckets, heads]}
 * @param bothWays whether keys may lie after their query; half of the buckets are for those
 */
public record RelativeBias(Tensor weight, boolean bothWays, int longest) {

    private static final double LOWEST_F16 = -65504;

    /** Adds the bias to a mask for the last {@code queries} of {@code keys} positions. */
    public Mask onto(Mask mask, long queries, long keys) {
        Tensor bias = of(queries, keys);
        @Nullable Tensor given = mask.tensor();
        Tensor sum = given == null ? bias : bias.add(given);
        Tensor finite = sum.dtype() == DType.F16 ? sum.clamp(LOWEST_F16, -LOWEST_F16) : sum;
        return new Mask(mask.causal(), finite, mask.scale());
    }

    /** {@code [1, heads, queries, keys]}. */
    Tensor of(long queries, long keys) {
        long[] buckets = new long[(int) (keys + queries - 1)]; // by key - query + keys - 1
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = bucket(i - (keys - 1));
        }
        Tensor query = Tensor.arange(queries).add((double) keys - queries).unsqueeze(1); // [queries, 1]
        Tensor distance = Tensor.arange(keys).unsqueeze(0).sub(query).add(keys - 1.0); // [queries, keys]
        Tensor ids = Tensor.of(buckets, buckets.length).indexSelect(0, distance.flatten());
        return Ops.embedding(weight, ids.view(queries, keys).to(weight.device()))
                .permute(2, 0, 1)
                .unsqueeze(0);
    }

    /**
     * The bias for distances, key less query, that are not those of a text: {@code [batch, queries, keys]} gives
     * {@code [batch, heads, queries, keys]}.
     */
    public Tensor at(Tensor distances) {
        long[] buckets = new long[2 * longest + 1]; // by distance + longest
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = bucket(i - (long) longest);
        }
        Tensor known = Ops.embedding(weight, Tensor.of(buckets, buckets.length).to(weight.device()));
        return Ops.embedding(known, distances.clamp(-longest, longest).add(longest))
                .permute(0, 3, 1, 2);
    }

    /** The bucket of a distance, key less query. The arithmetic is in F32, as in the models that were trained with it. */
    int bucket(long distance) {
        int all = (int) weight.size(0);
        int count = bothWays ? all / 2 : all;
        int first = bothWays && distance > 0 ? count : 0;
        long apart = bothWays ? Math.abs(distance) : Math.max(0, -distance);
        int exact = count / 2;
        if (apart < exact) {
            return first + (int) apart;
        }
        float share = (float) Math.log((float) apart / exact) / (float) Math.log((double) longest / exact);
        return first + Math.min(count - 1, exact + (int) (share * (count - exact)));
    }
}
