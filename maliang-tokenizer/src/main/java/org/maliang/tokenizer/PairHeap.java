package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * Pairs by falling count, smaller key first among equals. An entry keeps the count it was pushed with; the caller
 * compares it with the current one.
 */
final class PairHeap {
    private final PairTable table;
    private int[] pairs = new int[1 << 12];
    private long[] counts = new long[1 << 12];
    private int size;

    PairHeap(PairTable table) {
        this.table = table;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int topPair() {
        return pairs[0];
    }

    long topCount() {
        return counts[0];
    }

    void push(int pair, long count) {
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (!before(pair, count, pairs[parent], counts[parent])) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, pair, count);
    }

    void pop() {
        size--;
        if (size > 0) {
            sink(pairs[size], counts[size]);
        }
    }

    /** Gives the top entry another count. */
    void replaceTop(long count) {
        sink(pairs[0], count);
    }

    private void sink(int pair, long count) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && before(pairs[child + 1], counts[child + 1], pairs[child], counts[child])) {
                child++;
            }
            if (!before(pairs[child], counts[child], pair, count)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, pair, count);
    }

    private boolean before(int pair, long count, int otherPair, long otherCount) {
        return count != otherCount ? count > otherCount : table.key(pair) < table.key(otherPair);
    }

    private void move(int from, int to) {
        pairs[to] = pairs[from];
        counts[to] = counts[from];
    }

    private void put(int at, int pair, long count) {
        pairs[at] = pair;
        counts[at] = count;
    }
}
