package org.maliang.model.layer;

import org.maliang.tensor.Mask;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Self-attention in which a learned vector for every distance is added to the keys (Shaw et al., arXiv:1803.02155) or to
 * keys and queries (Huang et al., arXiv:2009.13658, method 4).
 *
 * @param factor on the scores of distances: that of the other scores in BERT, 1 in ALBERT
 * @param distances {@code [2 * longest - 1, headDim]}: row {@code i - j + longest - 1} is for query {@code i} and key {@code j}
 * @param forKeysToo whether keys meet the distances as queries do
 */
public record RelativeKeyAttention(
        Heads.Source heads,
        Projection output,
        SelfAttention.Settings settings,
        double factor,
        Tensor distances,
        boolean forKeysToo)
        implements Block {

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        Heads all = heads.of(x);
        Tensor bias = scores(all).mul(factor); // [batch, heads, time, time]
        Tensor given = pass.mask().tensor();
        Mask mask = new Mask(
                pass.mask().causal(),
                given == null ? bias : bias.add(given),
                pass.mask().scale());
        Pass biased = pass.withMask(mask);
        return new SelfAttention(same -> all, output, settings).apply(x, biased);
    }

    /** {@code q[i] · d[i, j]}, and {@code k[j] · d[i, j]} where keys count too. */
    private Tensor scores(Heads all) {
        long batch = all.queries().size(0);
        long heads = all.queries().size(1);
        long time = all.queries().size(2);
        long longest = (distances.size(0) + 1) / 2;
        Tensor counted = Tensor.arange(time).to(distances.device());
        Tensor rows = counted.unsqueeze(1).sub(counted.unsqueeze(0)).add(longest - 1.0); // [time, time]
        Tensor d = Ops.embedding(distances, rows); // [queries, keys, headDim]
        Tensor byQuery = byPosition(all.queries()).matmul(d.transpose(1, 2)); // [queries, batch * heads, keys]
        Tensor scores = byQuery.transpose(0, 1); // [batch * heads, queries, keys]
        if (forKeysToo) {
            Tensor byKey = byPosition(all.keys()).matmul(d.permute(1, 2, 0)); // [keys, batch * heads, queries]
            scores = scores.add(byKey.permute(1, 2, 0));
        }
        return scores.reshape(batch, heads, time, time);
    }

    /** {@code [batch, heads, time, headDim] -> [time, batch * heads, headDim]}. */
    private static Tensor byPosition(Tensor x) {
        return x.permute(2, 0, 1, 3).flatten(1, 2);
    }
}
