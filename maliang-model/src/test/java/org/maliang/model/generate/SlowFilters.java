package org.maliang.model.generate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The slow, obvious reference of {@link FilteredSampler}: every filter makes a distribution of a distribution. */
final class SlowFilters {

    private SlowFilters() {}

    static double[] shares(float[] scores, Sampling filters) {
        double[] shares = new double[scores.length];
        for (int id = 0; id < shares.length; id++) {
            shares[id] = Math.exp(scores[id] / filters.temperature());
        }
        shares = keep(shares, id -> true);
        shares = topK(shares, filters.topK());
        shares = topP(shares, filters.topP());
        double best = Arrays.stream(shares).max().orElseThrow();
        double[] likely = shares;
        shares = keep(shares, id -> likely[id] >= filters.minP() * best);
        return typical(shares, filters.typicalP());
    }

    private static double[] topK(double[] shares, int k) {
        if (k == 0 || k > shares.length) {
            return shares;
        }
        double[] sorted = shares.clone();
        Arrays.sort(sorted);
        return keep(shares, id -> shares[id] >= sorted[sorted.length - k]);
    }

    private static double[] topP(double[] shares, double p) {
        List<Integer> order = order(shares, id -> -shares[id]);
        boolean[] removed = new boolean[shares.length];
        double before = 0;
        for (int id : order) {
            removed[id] = p < 1 && before > p;
            before += shares[id];
        }
        return keep(shares, id -> !removed[id]);
    }

    private static double[] typical(double[] shares, double p) {
        if (p == 1) {
            return shares;
        }
        double entropy = Arrays.stream(shares)
                .filter(share -> share > 0)
                .map(share -> -share * Math.log(share))
                .sum();
        double[] distances = Arrays.stream(shares)
                .map(share -> Math.abs(-Math.log(share) - entropy))
                .toArray();
        double reached = 0;
        double last = 0;
        for (int id : order(shares, id -> distances[id])) {
            if (reached < p) {
                last = distances[id];
                reached += shares[id];
            }
        }
        double farthest = last;
        return keep(shares, id -> distances[id] <= farthest);
    }

    private static List<Integer> order(double[] shares, ToDoubleFunction<Integer> by) {
        return IntStream.range(0, shares.length)
                .boxed()
                .sorted(Comparator.comparingDouble(by))
                .toList();
    }

    private static double[] keep(double[] shares, IntPredicate kept) {
        double[] left = new double[shares.length];
        for (int id = 0; id < left.length; id++) {
            left[id] = kept.test(id) ? shares[id] : 0;
        }
        double total = Arrays.stream(left).sum();
        return Arrays.stream(left).map(share -> share / total).toArray();
    }
}
