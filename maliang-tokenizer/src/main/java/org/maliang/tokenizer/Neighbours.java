package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * What one merge does to the pairs on one side of it, summed by neighbouring symbol in dense arrays, so that the pair
 * table is touched once for each different neighbour and not once for each occurrence.
 */
final class Neighbours {
    private final long[] lost; // by symbol: occurrences of the pair with the old symbol that went away
    private final long[] gained; // by symbol: occurrences of the pair with the new symbol
    private final int[] lists; // by symbol: number of words in which it gained, then where to write the next
    private final int[] lastWord; // by symbol, so that a word is listed once
    private final boolean[] seen;
    private int[] touched = new int[256];
    private int touchedSize;
    private int[] eventSymbols = new int[1 << 12];
    private int[] eventWords = new int[1 << 12];
    private int events;

    Neighbours(int symbols) {
        lost = new long[symbols];
        gained = new long[symbols];
        lists = new int[symbols];
        lastWord = new int[symbols];
        seen = new boolean[symbols];
        Arrays.fill(lastWord, -1);
    }

    void lose(int symbol, long count) {
        touch(symbol);
        lost[symbol] += count;
    }

    void gain(int symbol, int word, long count) {
        touch(symbol);
        gained[symbol] += count;
        if (lastWord[symbol] == word) {
            return;
        }
        lastWord[symbol] = word;
        lists[symbol]++;
        if (events == eventWords.length) {
            eventSymbols = Arrays.copyOf(eventSymbols, events * 2);
            eventWords = Arrays.copyOf(eventWords, events * 2);
        }
        eventSymbols[events] = symbol;
        eventWords[events++] = word;
    }

    void ungain(int symbol, long count) {
        gained[symbol] -= count;
    }

    /** Takes the losses to the table; {@code key} makes the pair's key of a neighbour. */
    void applyLosses(PairTable table, KeyOf key) {
        for (int i = 0; i < touchedSize; i++) {
            int symbol = touched[i];
            int pair = lost[symbol] == 0 ? -1 : table.find(key.of(symbol));
            if (pair >= 0) {
                table.add(pair, -lost[symbol]);
            }
        }
    }

    /** Takes the gains of at least {@code least} to the table and the heap, then forgets everything. */
    void applyGains(PairTable table, PairHeap heap, KeyOf key, long least) {
        int[][] words = new int[touchedSize][];
        for (int i = 0; i < touchedSize; i++) {
            int symbol = touched[i];
            boolean kept = gained[symbol] >= least;
            words[i] = kept ? new int[lists[symbol]] : null;
            lists[symbol] = kept ? i : -1;
        }
        int[] filled = new int[touchedSize];
        for (int e = 0; e < events; e++) {
            int list = lists[eventSymbols[e]];
            if (list >= 0) {
                words[list][filled[list]++] = eventWords[e];
            }
        }
        for (int i = 0; i < touchedSize; i++) {
            if (words[i] != null) {
                int pair = table.findOrInsert(key.of(touched[i]));
                table.add(pair, gained[touched[i]]);
                table.addWords(pair, words[i]);
                heap.push(pair, table.count(pair));
            }
        }
        reset();
    }

    private void reset() {
        for (int i = 0; i < touchedSize; i++) {
            int symbol = touched[i];
            lost[symbol] = 0;
            gained[symbol] = 0;
            lists[symbol] = 0;
            lastWord[symbol] = -1;
            seen[symbol] = false;
        }
        touchedSize = 0;
        events = 0;
    }

    private void touch(int symbol) {
        if (seen[symbol]) {
            return;
        }
        seen[symbol] = true;
        if (touchedSize == touched.length) {
            touched = Arrays.copyOf(touched, touchedSize * 2);
        }
        touched[touchedSize++] = symbol;
    }

    /** The key of the pair that a neighbour forms. */
    @FunctionalInterface
    interface KeyOf {
        long of(int neighbour);
    }
}
