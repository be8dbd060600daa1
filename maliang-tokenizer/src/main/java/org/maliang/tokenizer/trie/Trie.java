package org.maliang.tokenizer.trie;

import java.util.Arrays;

/**
 * A prefix tree over symbols of 16 bits (characters, or bytes), kept in one hash table from (node, symbol) to the next
 * node. Once built it may be read by many threads.
 */
public final class Trie {
    /** The node of the empty key. */
    public static final int ROOT = 0;

    /** No such node, or no value there. */
    public static final int NONE = -1;

    private long[] edges = new long[1 << 8]; // (node << 16 | symbol) + 1, 0 where free
    private int[] targets = new int[edges.length];
    private int[] values = {NONE};
    private int size = 1; // nodes

    /** Gives a key its value, which must not be negative; a value it had before is lost. */
    public void put(CharSequence key, int value) {
        int node = ROOT;
        for (int i = 0; i < key.length(); i++) {
            int next = step(node, key.charAt(i));
            node = next == NONE ? add(node, key.charAt(i)) : next;
        }
        values[node] = value;
    }

    /** The node one symbol further, or {@link #NONE}. */
    public int step(int node, int symbol) {
        long edge = ((long) node << 16 | symbol) + 1;
        int slot = slot(edge);
        while (edges[slot] != 0) {
            if (edges[slot] == edge) {
                return targets[slot];
            }
            slot = slot + 1 & edges.length - 1;
        }
        return NONE;
    }

    /** The value of the key that ends at a node, or {@link #NONE}. */
    public int value(int node) {
        return values[node];
    }

    /** The value of a key, or {@link #NONE}. */
    public int find(CharSequence key) {
        int node = ROOT;
        for (int i = 0; i < key.length() && node != NONE; i++) {
            node = step(node, key.charAt(i));
        }
        return node == NONE ? NONE : values[node];
    }

    private int add(int node, int symbol) {
        if (size * 2 > edges.length) {
            grow();
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size] = NONE;
        insert(((long) node << 16 | symbol) + 1, size);
        return size++;
    }

    private void insert(long edge, int target) {
        int slot = slot(edge);
        while (edges[slot] != 0) {
            slot = slot + 1 & edges.length - 1;
        }
        edges[slot] = edge;
        targets[slot] = target;
    }

    private void grow() {
        long[] oldEdges = edges;
        int[] oldTargets = targets;
        edges = new long[oldEdges.length * 2];
        targets = new int[edges.length];
        for (int i = 0; i < oldEdges.length; i++) {
            if (oldEdges[i] != 0) {
                insert(oldEdges[i], oldTargets[i]);
            }
        }
    }

    private int slot(long edge) {
        long mixed = edge * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & edges.length - 1;
    }
}
