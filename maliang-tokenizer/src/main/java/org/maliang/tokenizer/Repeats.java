package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * Finds the repeats of a text: substrings that occur often enough and cannot be made longer, to the left or to the right,
 * without occurring less often. A suffix array, sorted only as deep as the longest entry, lists them in order.
 */
final class Repeats {
    private final int[] text; // symbols from 1; 0 before the first word and after every word
    private final long[] counts; // by word
    private final int[] wordOf; // by position
    private final int[] suffixes; // positions of symbols, by first symbol, then sorted
    private final int[] buckets; // by first symbol: where its suffixes begin
    private final int longest;
    private final int least;

    /**
     * @param words spelled in symbols from 1, with a 0 before the first word and after every word
     * @param symbols the largest symbol
     * @param longest length of the longest substring wanted
     * @param least how often a substring must occur
     */
    Repeats(SymbolWords words, int symbols, int longest, int least) {
        this.text = words.symbols();
        this.counts = words.counts();
        this.longest = longest;
        this.least = least;
        this.wordOf = new int[text.length];
        this.buckets = new int[symbols + 2];
        for (int w = 0; w < words.size(); w++) {
            Arrays.fill(wordOf, words.starts()[w], words.starts()[w] + words.lengths()[w], w);
        }
        for (int symbol : text) {
            buckets[symbol + 1]++;
        }
        buckets[1] = 0; // ends of words are no suffixes
        for (int s = 1; s < buckets.length; s++) {
            buckets[s] += buckets[s - 1];
        }
        suffixes = new int[buckets[symbols + 1]];
        int[] next = buckets.clone();
        for (int p = 0; p < text.length; p++) {
            if (text[p] != 0) {
                suffixes[next[text[p]]++] = p;
            }
        }
    }

    /** The repeats of two symbols and more, sorted by their symbols. */
    Substrings find(Workers workers) {
        var found = new Substrings[buckets.length - 1];
        workers.deal(found.length - 1, Scan::new, (scan, bucket) -> {
            int symbol = bucket + 1;
            sort(buckets[symbol], buckets[symbol + 1], 1);
            found[symbol] = scan.repeats(buckets[symbol], buckets[symbol + 1]);
        });
        var all = new Substrings();
        for (int symbol = 1; symbol < found.length; symbol++) {
            all.addAll(found[symbol]);
        }
        return all;
    }

    /** Multikey quicksort (Bentley and Sedgewick 1997) of suffixes that agree in their first {@code depth} symbols. */
    private void sort(int from, int to, int depth) {
        while (to - from > 1 && depth < longest) {
            int pivot = median(
                    text[suffixes[from] + depth],
                    text[suffixes[(from + to) >>> 1] + depth],
                    text[suffixes[to - 1] + depth]);
            int less = from;
            int more = to;
            for (int i = from; i < more; ) {
                int symbol = text[suffixes[i] + depth];
                if (symbol < pivot) {
                    swap(less++, i++);
                } else if (symbol > pivot) {
                    swap(--more, i);
                } else {
                    i++;
                }
            }
            sort(from, less, depth);
            sort(more, to, depth);
            if (pivot == 0) {
                return; // the words end here
            }
            from = less;
            to = more;
            depth++;
        }
    }

    private static int median(int a, int b, int c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private void swap(int i, int j) {
        int position = suffixes[i];
        suffixes[i] = suffixes[j];
        suffixes[j] = position;
    }

    /** Walks over sorted suffixes with the common beginnings of the last one on a stack, the shortest at the bottom. */
    private final class Scan {
        private final int[] lengths = new int[longest + 1];
        private final long[] sums = new long[longest + 1]; // how often each occurs so far, outside the longer ones
        private final int[] lefts =
                new int[longest + 1]; // the only symbol seen before it; 0 for several or a word's start
        private Substrings found = new Substrings();
        private int top = -1;

        Substrings repeats(int from, int to) {
            found = new Substrings();
            for (int i = from; i < to; i++) {
                int position = suffixes[i];
                if (i > from) {
                    shrink(common(suffixes[i - 1], position), suffixes[i - 1]);
                }
                push(length(position), counts[wordOf[position]], text[position - 1]);
            }
            if (to > from) {
                shrink(0, suffixes[to - 1]);
            }
            return found;
        }

        private void push(int length, long count, int left) {
            if (top < 0 || lengths[top] < length) {
                top++;
                lengths[top] = length;
                sums[top] = 0;
                lefts[top] = left;
            }
            sums[top] += count;
            lefts[top] = lefts[top] == left ? left : 0;
        }

        /** Takes what is longer than {@code length} off the stack. */
        private void shrink(int length, int position) {
            while (top >= 0 && lengths[top] > length) {
                if (lengths[top] > 1 && lefts[top] == 0 && sums[top] >= least) {
                    found.add(position, lengths[top], sums[top]);
                }
                if (top > 0 && lengths[top - 1] >= length) {
                    top--;
                    sums[top] += sums[top + 1];
                    lefts[top] = lefts[top] == lefts[top + 1] ? lefts[top] : 0;
                } else if (length > 0) {
                    lengths[top] = length;
                } else {
                    top--;
                }
            }
        }

        private int length(int position) {
            int length = 0;
            while (length < longest && text[position + length] != 0) {
                length++;
            }
            return length;
        }

        private int common(int a, int b) {
            int length = 0;
            while (length < longest && text[a + length] != 0 && text[a + length] == text[b + length]) {
                length++;
            }
            return length;
        }
    }
}
