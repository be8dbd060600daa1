package org.maliang.model.generate;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws from the best tokens: at most {@code topK} (Fan et al., arXiv:1805.04833), and of these the fewest that together
 * have probability {@code topP} (Holtzman et al., arXiv:1904.09751). Of equal scores the lower id counts as better.
 *
 * @param temperature divides the scores, above 0
 * @param topK 0 stands for all
 * @param topP 1 stands for all
 */
record NucleusSampler(double temperature, int topK, double topP) implements Sampler {

    @Override
    public int choose(float[] scores, RandomGenerator random) {
        long[] ranks = Ranks.of(scores);
        if (topK > 0 && topK < ranks.length) {
            Ranks.bestFirst(ranks, topK);
            ranks = Arrays.copyOf(ranks, topK);
        }
        if (topP < 1) {
            ranks = nucleus(ranks, scores);
        }
        double[] weights = weights(ranks, scores);
        double point = random.nextDouble() * Arrays.stream(weights).sum();
        int at = 0;
        while (at < ranks.length - 1 && point >= weights[at]) {
            point -= weights[at++];
        }
        return Ranks.id(ranks[at]);
    }

    /** The fewest best tokens whose weights reach the share asked for. */
    private long[] nucleus(long[] ranks, float[] scores) {
        double[] weights = weights(ranks, scores);
        double total = Arrays.stream(weights).sum();
        // Lighter tokens are never needed: together they weigh less than what may be left out.
        double least = (1 - topP) * total / ranks.length;
        int count = 0;
        long[] heavy = new long[ranks.length];
        for (int i = 0; i < ranks.length; i++) {
            if (weights[i] >= least) {
                heavy[count++] = ranks[i];
            }
        }
        Arrays.sort(heavy, 0, count);
        double[] sorted = weights(Arrays.copyOf(heavy, count), scores);
        double reached = 0;
        int kept = 0;
        while (kept < count && reached < topP * total) {
            reached += sorted[kept++];
        }
        return Arrays.copyOf(heavy, Math.max(kept, 1));
    }

    /** Probabilities but for a common factor. */
    private double[] weights(long[] ranks, float[] scores) {
        float best = Float.NEGATIVE_INFINITY;
        for (long rank : ranks) {
            best = Math.max(best, scores[Ranks.id(rank)]);
        }
        double[] weights = new double[ranks.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp((scores[Ranks.id(ranks[i])] - (double) best) / temperature);
        }
        return weights;
    }
}
