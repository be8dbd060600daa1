package org.maliang.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Byte-pair encoding (Sennrich et al. 2016, <a href="https://arxiv.org/abs/1508.07909">arXiv:1508.07909</a>): merges the
 * most frequent pair of neighbouring symbols again and again. Among equally frequent pairs the one with the smaller ids
 * goes first, as in Hugging Face's trainer, so that the merges are the same.
 *
 * <p>Two merges never spell the same entry: whatever the neighbours of a string are, the same merges happen inside it as
 * long as none crosses its ends. So every merge makes a new symbol, a pair that has merged never comes back, and a new
 * pair that is too rare to merge stays too rare and need not be kept.
 */
final class MergeLearner {
    /** One learned merge: entries {@code left} and {@code right} become {@code result}; {@code count} when chosen. */
    record Merge(int left, int right, int result, long count) {}

    private final SymbolWords words;
    private final List<String> entries; // by symbol: first the alphabet, then what was merged
    private final List<Merge> merges = new ArrayList<>();
    private final int limit;
    private final int least;
    private final TrainingOptions.Progress progress;
    private final PairTable table = new PairTable();
    private final PairHeap heap = new PairHeap(table);
    private final Neighbours before;
    private final Neighbours after;

    /**
     * @param words the corpus; its symbols are rewritten
     * @param alphabet entries of the first symbols
     * @param limit how many entries there may be, the alphabet included
     * @param options how often a pair must occur to be merged, and who hears of it
     */
    MergeLearner(SymbolWords words, List<String> alphabet, int limit, TrainingOptions options) {
        this.words = words;
        this.entries = new ArrayList<>(alphabet);
        this.limit = limit;
        this.least = options.minFrequency();
        this.progress = options.progress();
        int capacity = Math.max(limit, alphabet.size()) + 1;
        this.before = new Neighbours(capacity);
        this.after = new Neighbours(capacity);
    }

    /** The alphabet and the learned entries, by symbol. */
    List<String> entries() {
        return entries;
    }

    List<Merge> learn() {
        countPairs();
        while (entries.size() < limit && !heap.isEmpty()) {
            int pair = heap.topPair();
            long count = table.count(pair);
            if (count != heap.topCount()) {
                if (count >= least) {
                    heap.replaceTop(count);
                } else {
                    heap.pop();
                }
                continue;
            }
            heap.pop();
            if (count < least) {
                continue;
            }
            merge(pair, count);
            if ((merges.size() & 63) == 0) {
                progress.update("merging pairs", entries.size(), limit);
            }
        }
        return merges;
    }

    private void countPairs() {
        int[] listed = new int[1 << 12]; // by pair: words that hold it
        int[] lastWord = new int[1 << 12];
        Arrays.fill(lastWord, -1);
        for (int w = 0; w < words.size(); w++) {
            int start = words.starts()[w];
            for (int i = start; i + 1 < start + words.lengths()[w]; i++) {
                int pair = table.findOrInsert(PairTable.key(words.symbols()[i], words.symbols()[i + 1]));
                if (pair == listed.length) {
                    listed = Arrays.copyOf(listed, pair * 2);
                    lastWord = Arrays.copyOf(lastWord, pair * 2);
                    Arrays.fill(lastWord, pair, pair * 2, -1);
                }
                table.add(pair, words.counts()[w]);
                if (lastWord[pair] != w) {
                    lastWord[pair] = w;
                    listed[pair]++;
                }
            }
        }
        listOccurrences(listed, lastWord);
        for (int pair = 0; pair < table.size(); pair++) {
            if (table.count(pair) >= least) {
                heap.push(pair, table.count(pair));
            }
        }
    }

    private void listOccurrences(int[] listed, int[] lastWord) {
        Arrays.fill(lastWord, -1);
        for (int pair = 0; pair < table.size(); pair++) {
            table.addWords(pair, new int[listed[pair]]);
        }
        for (int w = 0; w < words.size(); w++) {
            int start = words.starts()[w];
            for (int i = start; i + 1 < start + words.lengths()[w]; i++) {
                int pair = table.find(PairTable.key(words.symbols()[i], words.symbols()[i + 1]));
                if (lastWord[pair] != w) {
                    lastWord[pair] = w;
                    int[] list = table.words(pair);
                    list[list.length - listed[pair]--] = w;
                }
            }
        }
    }

    private void merge(int pair, long count) {
        int left = PairTable.left(table.key(pair));
        int right = PairTable.right(table.key(pair));
        int result = entries.size();
        entries.add(entries.get(left) + entries.get(right));
        merges.add(new Merge(left, right, result, count));
        for (int word : table.words(pair)) {
            rewrite(word, left, right, result);
        }
        before.applyLosses(table, p -> PairTable.key(p, left));
        after.applyLosses(table, n -> PairTable.key(right, n));
        table.clear(pair);
        before.applyGains(table, heap, p -> PairTable.key(p, result), least);
        after.applyGains(table, heap, n -> PairTable.key(result, n), least);
    }

    private void rewrite(int word, int left, int right, int result) {
        int[] symbols = words.symbols();
        int start = words.starts()[word];
        int end = start + words.lengths()[word];
        long count = words.counts()[word];
        int out = start;
        boolean merged = false; // whether the last symbol written is a fresh result
        for (int i = start; i < end; out++) {
            if (symbols[i] != left || i + 1 == end || symbols[i + 1] != right) {
                symbols[out] = symbols[i++];
                merged = false;
                continue;
            }
            if (merged) {
                after.ungain(left, count);
                before.gain(result, word, count);
            } else if (out > start) {
                before.lose(symbols[out - 1], count);
                before.gain(symbols[out - 1], word, count);
            }
            i += 2;
            if (i < end) {
                after.lose(symbols[i], count);
                after.gain(symbols[i], word, count);
            }
            symbols[out] = result;
            merged = true;
        }
        words.lengths()[word] = out - start;
    }
}
