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
        long[] ranks = Ranks.of(scores);
        if (filters.topK() > 0) {
            ranks = Ranks.best(ranks, filters.topK());
        }
        LazyOrder order = new LazyOrder(ranks, scores, filters.temperature());
        if (filters.topP() < 1) {
            order.keepShare(filters.topP());
        }
        if (filters.minP() > 0) {
            order.keepLikely(filters.minP());
        }
        if (filters.typicalP() < 1) {
            order = new LazyOrder(typical(order), scores, filters.temperature());
        }
        return order.at(random.nextDouble());
    }

    /** The tokens nearest to the entropy, as many as make up the typical share. */
    private long[] typical(LazyOrder order) {
        long[] ranks = order.ranks();
        double[] shares = order.weights();
        double total = Arrays.stream(shares).sum();
        double entropy = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= total;
            entropy -= shares[i] == 0 ? 0 : shares[i] * Math.log(shares[i]);
        }
        long[] nearest = new long[ranks.length];
        for (int i = 0; i < nearest.length; i++) {
            nearest[i] = Ranks.rank((float) -Math.abs(entropy + Math.log(shares[i])), i);
        }
        Arrays.sort(nearest);
        double reached = 0;
        int count = 0;
        while (count < nearest.length && reached < filters.typicalP()) {
            reached += shares[Ranks.id(nearest[count++])];
        }
        long[] kept = Ranks.best(nearest, count);
        for (int i = 0; i < kept.length; i++) {
            kept[i] = ranks[Ranks.id(kept[i])];
        }
        return kept;
    }
}
