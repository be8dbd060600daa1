package org.maliang.train.eval;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * All n-grams of one length: an n-gram is a context (the number of an n-gram one symbol shorter, in the order below) and the
 * symbol that follows. They are numbered from 0 as they are met and found by hashing; 16 to 20 bytes an n-gram.
 */
final class NgramOrder {
    private static final int SYMBOL_BITS = 21; // a Unicode code point and a few marks
    private static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int FIRST_CAPACITY = 1 << 10;

    private int[] slots = new int[FIRST_CAPACITY]; // number + 1 of the n-gram in this slot, 0 for none
    private long[] keys = new long[FIRST_CAPACITY]; // by number: context, symbol
    private int[] counts = new int[FIRST_CAPACITY]; // by number
    private int size;

    private double[] discounts = {}; // subtracted from a count of 0, 1, 2, 3 or more
    private int[] totals = {}; // by context: sum of the counts that follow it
    private float[] backoffs = {}; // by context: the share of its probability left to the order below

    int size() {
        return size;
    }

    /** The number of an n-gram, which is added with count 0 if it is new. */
    int add(int context, int symbol) {
        long key = key(context, symbol);
        int slot = slot(key);
        if (slots[slot] == 0) {
            if (size == keys.length) {
                int larger = Math.addExact(size, size >> 1);
                keys = Arrays.copyOf(keys, larger);
                counts = Arrays.copyOf(counts, larger);
            }
            keys[size] = key;
            slots[slot] = ++size;
            if (size > slots.length / 3 * 2) {
                rehash();
            }
            return size - 1;
        }
        return slots[slot] - 1;
    }

    void increment(int ngram) {
        counts[ngram]++;
    }

    /** The number of an n-gram, or -1 if it was never added. */
    int find(int context, int symbol) {
        return slots[slot(key(context, symbol))] - 1;
    }

    /** The symbols that end an n-gram with a count, each as often as there are such n-grams. */
    IntStream symbols() {
        return IntStream.range(0, size).filter(n -> counts[n] > 0).map(n -> (int) (keys[n] & SYMBOL_MASK));
    }

    /**
     * Ends the counting: discounts, totals and back-off weights follow from the counts.
     *
     * @param contexts how many n-grams the order below has
     */
    void close(int contexts) {
        discounts = discounts();
        totals = new int[contexts];
        backoffs = new float[contexts];
        for (int ngram = 0; ngram < size; ngram++) {
            int context = (int) (keys[ngram] >>> SYMBOL_BITS);
            totals[context] += counts[ngram];
            backoffs[context] += (float) discount(counts[ngram]);
        }
        for (int context = 0; context < contexts; context++) {
            backoffs[context] /= totals[context];
        }
    }

    /**
     * The probability of a symbol after a context.
     *
     * @param lower its probability after the shorter context
     */
    double probability(int context, int symbol, double lower) {
        if (totals[context] == 0) { // nothing was seen after it
            return lower;
        }
        int ngram = find(context, symbol);
        int count = ngram < 0 ? 0 : counts[ngram];
        return (count - discount(count)) / totals[context] + backoffs[context] * lower;
    }

    private double discount(int count) {
        return discounts[Math.min(count, 3)];
    }

    /** Chen and Goodman, equation 17; 0.5, 1 and 1.5 where a text is too small for it to be defined. */
    private double[] discounts() {
        double[] n = new double[5]; // how many n-grams have this count
        for (int ngram = 0; ngram < size; ngram++) {
            if (counts[ngram] < n.length) {
                n[counts[ngram]]++;
            }
        }
        if (n[1] == 0 || n[2] == 0 || n[3] == 0 || n[4] == 0) {
            return new double[] {0, 0.5, 1, 1.5};
        }
        double y = n[1] / (n[1] + 2 * n[2]);
        double[] result = new double[4];
        for (int count = 1; count <= 3; count++) {
            result[count] = Math.max(0, count - (count + 1) * y * n[count + 1] / n[count]);
        }
        return result;
    }

    private static long key(int context, int symbol) {
        return (long) context << SYMBOL_BITS | symbol;
    }

    /** The slot that holds this key, or the free one where it belongs. */
    private int slot(long key) {
        int mask = slots.length - 1;
        int slot = (int) (key * GOLDEN >>> Long.numberOfLeadingZeros(mask));
        while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void rehash() {
        slots = new int[Math.multiplyExact(slots.length, 2)];
        for (int ngram = 0; ngram < size; ngram++) {
            slots[slot(keys[ngram])] = ngram + 1;
        }
    }
}
