package org.maliang.model.generate;

import java.util.Arrays;

/**
 * Tokens from the most to the least probable, put in order only where somebody looks: they are dealt into narrow bands of
 * probability first, and a band is sorted when a border falls into it or a token is drawn from it. Of equal scores the lower
 * id comes first. Filters shorten the order at its end.
 */
final class LazyOrder {

    private static final int BANDS = 1024;
    private static final double BANDS_PER_NAT = 16;
    private static final short NONE = -1;
    private static final double[] MIDDLES = middles(); // weights
    private static final double ROUNDER =
            0x1.8p52; // added to a number, leaves the nearest whole one in its lowest bits

    private final float[] scores;
    private final double perNat; // 1 / temperature
    private final float best; // score
    private final short[] bands; // by id; NONE for what is forbidden
    private final int[] counts = new int[BANDS];
    private final double[] masses = new double[BANDS]; // sums of weights
    private int last = BANDS - 1; // band that is kept, and how many of it
    private int lastKept;

    private static double[] middles() {
        double[] middles = new double[BANDS];
        Arrays.setAll(middles, band -> Math.exp(-band / BANDS_PER_NAT));
        return middles;
    }

    /** The order of all tokens whose score is not {@code -Infinity}; there is one at least. */
    LazyOrder(float[] scores, double temperature) {
        this.scores = scores;
        this.perNat = 1 / temperature;
        this.bands = new short[scores.length];
        float top = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            top = score > top ? score : top;
        }
        this.best = top;
        for (int id = 0; id < scores.length; id++) {
            if (scores[id] == Float.NEGATIVE_INFINITY) {
                bands[id] = NONE;
                continue;
            }
            double below = below(id);
            // A cast of the band to double would do, and take thrice as long: its instruction waits for the one before.
            double rounded = (below < BANDS - 1 ? below : BANDS - 1) + ROUNDER;
            int band = (int) Double.doubleToRawLongBits(rounded);
            bands[id] = (short) band;
            counts[band]++;
            masses[band] += weight(below, rounded - ROUNDER, band);
        }
        this.lastKept = counts[last];
    }

    /** How far a token lies below the best, in bands. */
    private double below(int id) {
        return ((double) best - scores[id]) * perNat * BANDS_PER_NAT;
    }

    /** A probability but for a common factor, which makes the best one's 1; Taylor's series from the middle of the band. */
    private static double weight(double below, double middle, int band) {
        double x = (middle - below) / BANDS_PER_NAT; // from -1/32 to 1/32
        if (x < -1 / BANDS_PER_NAT) { // in the last band, which has no end
            return Math.exp(-below / BANDS_PER_NAT);
        }
        double tail = x * (1 / 24.0 + x * (1 / 120.0 + x * (1 / 720.0 + x * (1 / 5040.0))));
        return MIDDLES[band] * (1 + x * (1 + x * (1 / 2.0 + x * (1 / 6.0 + tail))));
    }

    private double weight(int id) {
        return weight(below(id), bands[id], bands[id]);
    }

    /** Keeps the best up to and including the one with which their share of all exceeds {@code share}. */
    void keepShare(double share) {
        double most = share * Arrays.stream(masses).sum();
        double before = 0;
        for (int band = 0; band < last; band++) {
            if (before + masses[band] > most && cut(band, before, most)) {
                return;
            }
            before += masses[band];
        }
        cut(last, before, most);
    }

    /** Ends the order in a band, behind the token with which the sum exceeds {@code most}; false where none does. */
    private boolean cut(int band, double before, double most) {
        double sum = before;
        int kept = 0;
        for (int id : sorted(band)) {
            if (sum > most) {
                break;
            }
            sum += weight(id);
            kept++;
        }
        if (sum > most) {
            end(band, kept);
        }
        return sum > most;
    }

    private void end(int band, int kept) {
        lastKept = band == last ? Math.min(kept, lastKept) : kept;
        last = band;
    }

    /** Keeps those that are at least {@code part} as probable as the best. */
    void keepLikely(double part) {
        for (int band = 0; band <= last; band++) {
            if (counts[band] > 0 && (band == BANDS - 1 || MIDDLES[band + 1] < part)) {
                int kept = 0;
                for (int id : sorted(band)) {
                    kept += weight(id) >= part ? 1 : 0;
                }
                if (kept < counts[band]) {
                    end(band, kept);
                    return;
                }
            }
        }
    }

    /** The ids that are kept, the best first. */
    int[] ids() {
        int[] ids = new int[Arrays.stream(counts, 0, last).sum() + lastKept];
        int count = 0;
        for (int band = 0; band <= last; band++) {
            int[] sorted = sorted(band);
            int kept = band == last ? lastKept : sorted.length;
            System.arraycopy(sorted, 0, ids, count, kept);
            count += kept;
        }
        return ids;
    }

    /** Probabilities of {@code ids} but for a common factor. */
    double[] weights(int[] ids) {
        return Arrays.stream(ids).mapToDouble(this::weight).toArray();
    }

    /**
     * The id at which the shares of those kept, added up from the best on, exceed a number.
     *
     * @param share from 0 to below 1
     */
    int at(double share) {
        int[] end = Arrays.copyOf(sorted(last), lastKept);
        double total = Arrays.stream(masses, 0, last).sum();
        for (int id : end) {
            total += weight(id);
        }
        double point = share * total;
        int band = 0;
        int nearest = 0; // that has a token
        while (band < last && point >= masses[band]) {
            point -= masses[band];
            nearest = counts[band] > 0 ? band : nearest;
            band++;
        }
        int[] ids = band < last ? sorted(band) : end;
        if (ids.length == 0) { // rounding has led past the last token
            ids = sorted(nearest);
        }
        int at = 0;
        while (at < ids.length - 1 && point >= weight(ids[at])) {
            point -= weight(ids[at++]);
        }
        return ids[at];
    }

    /** The ids of a band, the best first. */
    private int[] sorted(int band) {
        long[] ranks = new long[counts[band]];
        int count = 0;
        for (int id = 0; id < bands.length && count < ranks.length; id++) {
            if (bands[id] == band) {
                ranks[count++] = Ranks.rank(scores[id], id);
            }
        }
        Arrays.sort(ranks);
        return Arrays.stream(ranks).mapToInt(Ranks::id).toArray();
    }
}
