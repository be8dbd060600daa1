package org.maliang.model.generate;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws from the tokens that the filters leave. Where the order of equal scores matters, the lower id counts as better.
 *
 * @param filters with a temperature above 0
 */
record FilteredSampler(Sampling filters) implements Sampler {

    @Override
    public int choose(float[] scores, RandomGenerator random) {
        float[] candidates = filters.topK() > 0 ? best(scores) : scores;
        LazyOrder order = new LazyOrder(candidates, filters.temperature());
        if (filters.topP() < 1) {
            order.keepShare(filters.topP());
        }
        if (filters.minP() > 0) {
            order.keepLikely(filters.minP());
        }
        if (filters.typicalP() < 1) {
            order = new LazyOrder(only(typical(order), scores), filters.temperature());
        }
        return order.at(random.nextDouble());
    }

    /** The scores of the top-k tokens, and of those that are as good as the last of them. */
    private float[] best(float[] scores) {
        long[] ranks = Ranks.best(Ranks.of(scores), filters.topK());
        return only(Arrays.stream(ranks).mapToInt(Ranks::id).toArray(), scores);
    }

    /** The scores of some tokens; all others are forbidden. */
    private static float[] only(int[] ids, float[] scores) {
        float[] kept = new float[scores.length];
        Arrays.fill(kept, Float.NEGATIVE_INFINITY);
        for (int id : ids) {
            kept[id] = scores[id];
        }
        return kept;
    }

    /** The tokens nearest to the entropy, as many as make up the typical share. */
    private int[] typical(LazyOrder order) {
        int[] ids = order.ids();
        double[] shares = order.weights(ids);
        double total = Arrays.stream(shares).sum();
        double entropy = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= total;
            entropy -= shares[i] == 0 ? 0 : shares[i] * Math.log(shares[i]);
        }
        long[] nearest = new long[ids.length];
        for (int i = 0; i < nearest.length; i++) {
            nearest[i] = Ranks.rank((float) -Math.abs(entropy + Math.log(shares[i])), i);
        }
        Arrays.sort(nearest);
        double reached = 0;
        int count = 0;
        while (count < nearest.length && reached < filters.typicalP()) {
            reached += shares[Ranks.id(nearest[count++])];
        }
        return Arrays.stream(Ranks.best(nearest, count))
                .mapToInt(rank -> ids[Ranks.id(rank)])
                .toArray();
    }
}
