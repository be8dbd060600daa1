package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * All ways to cut a word into entries, as edges between places. Scratch space: one object per thread, filled again for
 * every word of at most {@link #LONGEST_WORD} symbols.
 */
final class Lattice {
    /** Symbols in the longest word. */
    static final int LONGEST_WORD = 32;

    /** Symbols in the longest entry. */
    static final int LONGEST_ENTRY = 16;

    /**
     * Sums run over plain probabilities, not logarithms. Each symbol brings a factor of two to this power along, near the
     * inverse of its usual probability, so that a word's sums stay inside a double; in the end it cancels out.
     */
    private static final int PER_SYMBOL = 10;

    private final Pieces pieces;
    private final double[] weights; // by entry: probability times two to the PER_SYMBOL for each symbol
    private final int[] from = new int[LONGEST_WORD * LONGEST_ENTRY]; // by edge, ascending
    private final int[] to = new int[from.length];
    private final int[] entry = new int[from.length];
    private final double[] forward = new double[LONGEST_WORD + 1]; // by place: sum over all ways from the start
    private final double[] backward = new double[LONGEST_WORD + 1];
    private final double[] best = new double[LONGEST_WORD + 1]; // by place: score of the best way from the start
    private final int[] last = new int[LONGEST_WORD + 1]; // by place: last edge of that way
    private int edges;

    Lattice(Pieces pieces) {
        this.pieces = pieces;
        double[] powers = new double[LONGEST_ENTRY + 1];
        Arrays.setAll(powers, length -> Math.scalb(1.0, length * PER_SYMBOL));
        weights = new double[pieces.size()];
        Arrays.setAll(weights, e -> StrictMath.exp(pieces.score(e)) * powers[pieces.end(e) - pieces.start(e)]);
    }

    /** Takes up a word, leaving out the entry {@code barred} (-1: none). */
    void fill(int[] symbols, int start, int length, int barred) {
        edges = 0;
        for (int i = 0; i < length; i++) {
            int node = Pieces.ROOT;
            int end = Math.min(length, i + LONGEST_ENTRY);
            for (int j = i; j < end; j++) {
                node = pieces.child(node, symbols[start + j]);
                if (node == 0) {
                    break;
                }
                int found = pieces.entry(node);
                if (found >= 0 && found != barred) {
                    from[edges] = i;
                    to[edges] = j + 1;
                    entry[edges++] = found;
                }
            }
        }
    }

    /** Adds to {@code sums}, by entry, how often each is expected in {@code count} words (Kudo 2018, section 3.2). */
    void addExpected(int length, long count, FixedPoint sums) {
        Arrays.fill(forward, 0, length + 1, 0);
        Arrays.fill(backward, 0, length + 1, 0);
        forward[0] = 1;
        for (int e = 0; e < edges; e++) {
            forward[to[e]] += forward[from[e]] * weights[entry[e]];
        }
        backward[length] = 1;
        for (int e = edges - 1; e >= 0; e--) {
            backward[from[e]] += weights[entry[e]] * backward[to[e]];
        }
        double share = count / forward[length];
        for (int e = 0; e < edges; e++) {
            sums.add(entry[e], forward[from[e]] * weights[entry[e]] * backward[to[e]] * share);
        }
    }

    /** The entries of the best way (Viterbi), last one first; the number of them is returned. */
    int best(int length, int[] into) {
        Arrays.fill(best, 1, length + 1, Double.NEGATIVE_INFINITY);
        for (int e = 0; e < edges; e++) {
            double score = best[from[e]] + pieces.score(entry[e]);
            if (score > best[to[e]]) {
                best[to[e]] = score;
                last[to[e]] = e;
            }
        }
        int size = 0;
        for (int place = length; place > 0; place = from[last[place]]) {
            into[size++] = entry[last[place]];
        }
        return size;
    }
}
