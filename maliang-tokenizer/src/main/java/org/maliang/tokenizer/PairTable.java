package org.maliang.tokenizer;

import java.util.Arrays;

/** Pairs of symbols with their counts and the words they occur in; primitive open addressing. */
final class PairTable {
    private static final int[] NOWHERE = {};

    private long[] keys = new long[1 << 12];
    private long[] counts = new long[1 << 12];
    private int[][] words = new int[1 << 12][]; // occurrence lists; may name words that lost the pair
    private int[] slots = new int[1 << 13]; // pair + 1, 0 where free
    private int size;

    static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    static int left(long key) {
        return (int) (key >>> 32);
    }

    static int right(long key) {
        return (int) key;
    }

    int size() {
        return size;
    }

    long key(int pair) {
        return keys[pair];
    }

    long count(int pair) {
        return counts[pair];
    }

    int[] words(int pair) {
        return words[pair];
    }

    /** The pair's index, or -1. */
    int find(long key) {
        int slot = slot(key);
        return slots[slot] - 1;
    }

    int findOrInsert(long key) {
        int slot = slot(key);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
            words = Arrays.copyOf(words, size * 2);
        }
        keys[size] = key;
        words[size] = NOWHERE;
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    void add(int pair, long count) {
        counts[pair] += count;
    }

    void addWords(int pair, int[] more) {
        int[] known = words[pair];
        if (known.length == 0) {
            words[pair] = more;
        } else {
            words[pair] = Arrays.copyOf(known, known.length + more.length);
            System.arraycopy(more, 0, words[pair], known.length, more.length);
        }
    }

    /** Forgets the occurrences of a pair that has merged. */
    void clear(int pair) {
        counts[pair] = 0;
        words[pair] = NOWHERE;
    }

    private int slot(long key) {
        int mask = slots.length - 1;
        int slot = hash(key) & mask;
        while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        for (int pair = 0; pair < size; pair++) {
            slots[slot(keys[pair])] = pair + 1;
        }
    }

    private static int hash(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32 ^ mixed >>> 15);
    }
}
