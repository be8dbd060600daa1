package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * Entries of a Unigram model as runs of symbols, with the logarithms of their probabilities; a trie finds those that begin
 * at a place. The first ones are the single symbols: entry s - 1 is symbol s.
 */
final class Pieces {
    static final int ROOT = 0;

    private final int[] symbols; // of all entries, one after the other
    private final int[] starts; // one more at the end
    private final double[] scores;
    private final int[] firsts; // by symbol: the node below the root
    private int[] entries; // by node: the entry that ends there, or -1
    private int nodes = 1;
    private int[] slots; // node, 0 where free; sought by parent and symbol
    private long[] keys; // by slot

    /**
     * @param symbols the entries, one after the other; the single symbols first
     * @param starts where each begins; one more at the end
     * @param scores natural logarithms of the probabilities
     * @param singles how many symbols there are
     */
    Pieces(int[] symbols, int[] starts, double[] scores, int singles) {
        this.symbols = symbols;
        this.starts = starts;
        this.scores = scores;
        firsts = new int[singles + 1];
        entries = new int[scores.length * 2 + 1];
        slots = new int[1 << 12];
        keys = new long[1 << 12];
        entries[ROOT] = -1;
        for (int entry = 0; entry < scores.length; entry++) {
            int node = ROOT;
            for (int i = starts[entry]; i < starts[entry + 1]; i++) {
                node = childOrNew(node, symbols[i]);
            }
            entries[node] = entry;
        }
    }

    int size() {
        return scores.length;
    }

    /** How many entries are single symbols. */
    int singles() {
        return firsts.length - 1;
    }

    /** All entries' symbols; entry e lies from {@code start(e)} to {@code end(e)}. Not to be written to. */
    int[] symbols() {
        return symbols;
    }

    int start(int entry) {
        return starts[entry];
    }

    int end(int entry) {
        return starts[entry + 1];
    }

    double score(int entry) {
        return scores[entry];
    }

    /** The node below a node, or 0. */
    int child(int node, int symbol) {
        return node == ROOT ? firsts[symbol] : slots[slot((long) node << 32 | symbol)];
    }

    /** The entry that ends at a node, or -1. */
    int entry(int node) {
        return entries[node];
    }

    /** Those of the entries that {@code kept} names, with new scores. */
    Pieces keep(int[] kept, double[] newScores) {
        int[] newStarts = new int[kept.length + 1];
        for (int e = 0; e < kept.length; e++) {
            newStarts[e + 1] = newStarts[e] + end(kept[e]) - start(kept[e]);
        }
        int[] newSymbols = new int[newStarts[kept.length]];
        for (int e = 0; e < kept.length; e++) {
            System.arraycopy(symbols, start(kept[e]), newSymbols, newStarts[e], newStarts[e + 1] - newStarts[e]);
        }
        return new Pieces(newSymbols, newStarts, newScores, singles());
    }

    private int childOrNew(int node, int symbol) {
        int child = child(node, symbol);
        if (child != 0) {
            return child;
        }
        if (nodes == entries.length) {
            entries = Arrays.copyOf(entries, nodes * 2);
        }
        entries[nodes] = -1;
        if (node == ROOT) {
            firsts[symbol] = nodes;
        } else {
            put((long) node << 32 | symbol, nodes);
            if (nodes * 2 > slots.length) {
                rehash();
            }
        }
        return nodes++;
    }

    private void put(long key, int node) {
        int slot = slot(key);
        keys[slot] = key;
        slots[slot] = node;
    }

    private void rehash() {
        int[] oldSlots = slots;
        long[] oldKeys = keys;
        slots = new int[oldSlots.length * 2];
        keys = new long[oldSlots.length * 2];
        for (int slot = 0; slot < oldSlots.length; slot++) {
            if (oldSlots[slot] != 0) {
                put(oldKeys[slot], oldSlots[slot]);
            }
        }
    }

    private int slot(long key) {
        int mask = slots.length - 1;
        long mixed = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32 ^ mixed >>> 15) & mask;
        while (slots[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
