package org.maliang.tokenizer;

import java.util.Arrays;

/** Substrings found in a text of symbols: where one of each begins, how long it is, how often it occurs. */
final class Substrings {
    private int[] positions = new int[16];
    private byte[] lengths = new byte[16];
    private long[] counts = new long[16];
    private int size;

    int size() {
        return size;
    }

    int position(int substring) {
        return positions[substring];
    }

    int length(int substring) {
        return lengths[substring];
    }

    long count(int substring) {
        return counts[substring];
    }

    /** Length times count: how many symbols of the text a substring could cover. */
    long cover(int substring) {
        return lengths[substring] * counts[substring];
    }

    void add(int position, int length, long count) {
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, size * 2);
            lengths = Arrays.copyOf(lengths, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        positions[size] = position;
        lengths[size] = (byte) length;
        counts[size++] = count;
    }

    void addAll(Substrings other) {
        for (int i = 0; i < other.size; i++) {
            add(other.positions[i], other.lengths[i], other.counts[i]);
        }
    }

    /** Those that cover most, in their order; at most {@code limit}, fewer where the last ones are on a par. */
    Substrings best(int limit) {
        if (size <= limit) {
            return this;
        }
        long[] covers = new long[size];
        Arrays.setAll(covers, this::cover);
        Arrays.sort(covers);
        long bar = covers[size - limit - 1]; // the best one that is left out
        var best = new Substrings();
        for (int i = 0; i < size; i++) {
            if (cover(i) > bar) {
                best.add(positions[i], lengths[i], counts[i]);
            }
        }
        return best;
    }
}
