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
        if (filters.topP() < 1) {
            ranks = nucleus(ranks, scores);
        }
        if (filters.minP() > 0) {
            ranks = likely(ranks, scores);
        }
        if (filters.typicalP() < 1) {
            ranks = typical(ranks, scores);
        }
        return Ranks.id(ranks[drawn(weights(ranks, scores), random)]);
    }

    private static int drawn(double[] weights, RandomGenerator random) {
        double point = random.nextDouble() * Arrays.stream(weights).sum();
        int at = 0;
        while (at < weights.length - 1 && point >= weights[at]) {
            point -= weights[at++];
        }
        return at;
    }

    /** The best tokens up to and including the one with which the shares exceed top-p. */
    private long[] nucleus(long[] ranks, float[] scores) {
        double[] weights = weights(ranks, scores);
        double total = Arrays.stream(weights).sum();
        // Lighter tokens are never needed: together they weigh less than what may be left out.
        double least = (1 - filters.topP()) * total / ranks.length;
        long[] heavy = new long[ranks.length];
        int count = 0;
        for (int i = 0; i < ranks.length; i++) {
            if (weights[i] >= least) {
                heavy[count++] = ranks[i];
            }
        }
        heavy = Arrays.copyOf(heavy, count);
        Arrays.sort(heavy);
        double[] sorted = weights(heavy, scores);
        double before = 0;
        int kept = 0;
        while (kept < count && before <= filters.topP() * total) {
            before += sorted[kept++];
        }
        return Arrays.copyOf(heavy, kept);
    }

    /** The tokens whose share is at least min-p of the best one's. */
    private long[] likely(long[] ranks, float[] scores) {
        double[] weights = weights(ranks, scores); // the best one's is 1
        long[] likely = new long[ranks.length];
        int count = 0;
        for (int i = 0; i < ranks.length; i++) {
            if (weights[i] >= filters.minP()) {
                likely[count++] = ranks[i];
            }
        }
        return Arrays.copyOf(likely, count);
    }

    /** The tokens nearest to the entropy, as many as make up the typical share. */
    private long[] typical(long[] ranks, float[] scores) {
        double[] shares = weights(ranks, scores);
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

    /** Probabilities but for a common factor, which makes the best one's 1. */
    private double[] weights(long[] ranks, float[] scores) {
        float best = Float.NEGATIVE_INFINITY;
        for (long rank : ranks) {
            best = Math.max(best, scores[Ranks.id(rank)]);
        }
        double[] weights = new double[ranks.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp((scores[Ranks.id(ranks[i])] - (double) best) / filters.temperature());
        }
        return weights;
    }
}
