package org.maliang.model.generate;

import java.util.Arrays;

/**
 * Tokens from the most to the least probable, put in order only where somebody looks: they are dealt into narrow bands of
 * probability first, and a band is sorted when a border falls into it or a token is drawn from it. Of equal scores the lower
 * id comes first. Filters shorten the order at its end.
 */
final class LazyOrder {

    private static final int BANDS = 512;
    private static final double BANDS_PER_NAT = 8;

    private final float[] scores;
    private final double temperature;
    private final double best; // score
    private final long[] ranks; // band by band
    private final double[] weights; // of the ranks; the best one's is 1
    private final int[] starts = new int[BANDS + 1]; // of bands
    private final double[] masses = new double[BANDS]; // sums of weights
    private final boolean[] sorted = new boolean[BANDS];
    private int kept;

    /**
     * The order of some tokens.
     *
     * @param given their {@link Ranks}, at least one
     */
    LazyOrder(long[] given, float[] scores, double temperature) {
        this.scores = scores;
        this.temperature = temperature;
        this.ranks = new long[given.length];
        this.weights = new double[given.length];
        this.kept = given.length;
        float top = Float.NEGATIVE_INFINITY;
        for (long rank : given) {
            top = Math.max(top, scores[Ranks.id(rank)]);
        }
        this.best = top;
        int[] bands = new int[given.length];
        for (int i = 0; i < given.length; i++) {
            double below = -exponent(given[i]) * BANDS_PER_NAT;
            bands[i] = below < BANDS - 1 ? (int) below : BANDS - 1;
            starts[bands[i] + 1]++;
        }
        for (int band = 0; band < BANDS; band++) {
            starts[band + 1] += starts[band];
        }
        int[] next = Arrays.copyOf(starts, BANDS);
        for (int i = 0; i < given.length; i++) {
            int at = next[bands[i]]++;
            ranks[at] = given[i];
            weights[at] = Math.exp(exponent(given[i]));
            masses[bands[i]] += weights[at];
        }
    }

    private double exponent(long rank) {
        return (scores[Ranks.id(rank)] - best) / temperature;
    }

    /** Keeps the best up to and including the one with which their share of all exceeds {@code share}. */
    void keepShare(double share) {
        double most = share * Arrays.stream(masses).sum();
        double before = 0;
        for (int band = 0; band < BANDS; band++) {
            if (before + masses[band] > most) {
                sort(band);
                int at = starts[band];
                while (at < starts[band + 1] && before <= most) {
                    before += weights[at++];
                }
                kept = Math.min(kept, at);
                if (before > most) {
                    return;
                }
            } else {
                before += masses[band];
            }
        }
    }

    /** Keeps those that are at least {@code part} as probable as the best. */
    void keepLikely(double part) {
        for (int band = 0; band < BANDS && starts[band] < kept; band++) {
            for (int i = starts[band]; i < Math.min(kept, starts[band + 1]); i++) {
                if (weights[i] < part) {
                    sort(band);
                    int at = starts[band];
                    while (weights[at] >= part) {
                        at++;
                    }
                    kept = Math.min(kept, at);
                    return;
                }
            }
        }
    }

    /** The ranks that are kept, in no particular order. */
    long[] ranks() {
        return Arrays.copyOf(ranks, kept);
    }

    /** The weights of {@link #ranks()}. */
    double[] weights() {
        return Arrays.copyOf(weights, kept);
    }

    /**
     * The id at which the shares of those kept, added up from the best on, exceed a number.
     *
     * @param share from 0 to below 1
     */
    int at(double share) {
        double total = 0;
        int band = 0;
        for (; starts[band + 1] < kept; band++) {
            total += masses[band];
        }
        int last = band;
        for (int i = starts[last]; i < kept; i++) {
            total += weights[i];
        }
        double point = share * total;
        band = 0;
        while (band < last && point >= masses[band]) {
            point -= masses[band++];
        }
        sort(band);
        int at = starts[band];
        int end = Math.min(kept, starts[band + 1]) - 1;
        while (at < end && point >= weights[at]) {
            point -= weights[at++];
        }
        return Ranks.id(ranks[at]);
    }

    private void sort(int band) {
        if (!sorted[band]) {
            sorted[band] = true;
            Arrays.sort(ranks, starts[band], starts[band + 1]);
            for (int i = starts[band]; i < starts[band + 1]; i++) {
                weights[i] = Math.exp(exponent(ranks[i]));
            }
        }
    }
}
