package org.maliang.tokenizer;

import java.util.Arrays;

/** Pieces and how often each occurs: UTF-8 bytes in one array, found through an open-addressing table. */
final class WordCounts {
    private byte[] bytes = new byte[1 << 16];
    private int[] starts = new int[1 << 12]; // starts[size] is the end of the last word
    private int[] hashes = new int[1 << 12];
    private long[] counts = new long[1 << 12];
    private int[] slots = new int[1 << 13]; // word + 1, 0 where free
    private int size;

    int size() {
        return size;
    }

    int start(int word) {
        return starts[word];
    }

    int end(int word) {
        return starts[word + 1];
    }

    long count(int word) {
        return counts[word];
    }

    /** All words' bytes; word w lies from {@code start(w)} to {@code end(w)}. Not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    void add(String text, int from, int to) {
        int start = starts[size];
        int end = encode(text, from, to, start);
        addTail(start, end, 1);
    }

    void addAll(WordCounts other) {
        for (int w = 0; w < other.size; w++) {
            int start = starts[size];
            int length = other.end(w) - other.start(w);
            reserve(start + length);
            System.arraycopy(other.bytes, other.start(w), bytes, start, length);
            addTail(start, start + length, other.counts[w]);
        }
    }

    private int encode(String text, int from, int to, int start) {
        reserve(start + 3 * (to - from));
        int at = start;
        for (int i = from; i < to; i++) {
            int c = text.charAt(i);
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xC0 | c >> 6);
                bytes[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isSurrogate((char) c)) {
                int codePoint = Character.toCodePoint((char) c, text.charAt(++i));
                bytes[at++] = (byte) (0xF0 | codePoint >> 18);
                bytes[at++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
                bytes[at++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
                bytes[at++] = (byte) (0x80 | codePoint & 0x3F);
            } else {
                bytes[at++] = (byte) (0xE0 | c >> 12);
                bytes[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                bytes[at++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return at;
    }

    /** Counts the word whose bytes were just written behind the last one. */
    private void addTail(int start, int end, long count) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash *= 0x9E3779B9;
        hash ^= hash >>> 15;
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int word = slots[slot] - 1;
            if (hashes[word] == hash && Arrays.equals(bytes, starts[word], starts[word + 1], bytes, start, end)) {
                counts[word] += count;
                return;
            }
            slot = slot + 1 & mask;
        }
        insert(slot, end, hash, count);
    }

    private void insert(int slot, int end, int hash, long count) {
        if (size + 2 > starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
            hashes = Arrays.copyOf(hashes, hashes.length * 2);
            counts = Arrays.copyOf(counts, counts.length * 2);
        }
        slots[slot] = size + 1;
        hashes[size] = hash;
        counts[size] = count;
        starts[++size] = end;
        if (size * 2 > slots.length) {
            rehash();
        }
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int w = 0; w < size; w++) {
            int slot = hashes[w] & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = w + 1;
        }
    }

    private void reserve(int end) {
        if (end < 0) {
            throw new TokenizerException("tokenizer training: more than 2 GB of different words; train on a sample");
        }
        if (end > bytes.length) {
            int grown = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L));
            bytes = Arrays.copyOf(bytes, grown);
        }
    }
}
