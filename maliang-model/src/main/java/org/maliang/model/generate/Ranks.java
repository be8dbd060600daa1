package org.maliang.model.generate;

import java.util.Arrays;

/** Scores and ids packed into numbers that sort fast: the smallest is the best score, of equal scores the lower id. */
final class Ranks {

    private static final long ID = 0xFFFF_FFFFL;

    private Ranks() {}

    /** The rank of every id that is not forbidden, by id. */
    static long[] of(float[] scores) {
        long[] ranks = new long[scores.length];
        int count = 0;
        for (int id = 0; id < scores.length; id++) {
            if (scores[id] > Float.NEGATIVE_INFINITY) {
                ranks[count++] = rank(scores[id], id);
            }
        }
        return Arrays.copyOf(ranks, count);
    }

    static long rank(float score, int id) {
        int bits = Float.floatToIntBits(score + 0f); // + 0 makes -0 equal to 0
        int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // an int that grows with the score
        return ((long) ~ordered << 32) | id;
    }

    static int id(long rank) {
        return (int) (rank & ID);
    }

    /** The best {@code count} and those with the score of the last of them, in no particular order; the array is reordered. */
    static long[] best(long[] ranks, int count) {
        if (count >= ranks.length) {
            return ranks;
        }
        bestFirst(ranks, count);
        long last = Arrays.stream(ranks, 0, count).max().orElseThrow();
        int kept = count;
        for (int i = count; i < ranks.length; i++) {
            if (ranks[i] >> Integer.SIZE == last >> Integer.SIZE) {
                ranks[kept++] = ranks[i];
            }
        }
        return Arrays.copyOf(ranks, kept);
    }

    /** Moves the best {@code count} to the front, in no particular order (Hoare's selection). */
    private static void bestFirst(long[] ranks, int count) {
        int low = 0;
        int high = ranks.length - 1;
        while (low < high) {
            long pivot = ranks[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (ranks[i] < pivot) {
                    i++;
                }
                while (ranks[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long swap = ranks[i];
                    ranks[i++] = ranks[j];
                    ranks[j--] = swap;
                }
            }
            if (count - 1 <= j) {
                high = j;
            } else if (count - 1 >= i) {
                low = i;
            } else {
                return;
            }
        }
    }
}
