package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * Builds words in symbols from 1, with a 0 before the first and after every one, out of words that are cut at characters
 * without a symbol and where they are too long.
 */
final class CoveredWords {
    private int[] symbols = new int[1 << 12];
    private int[] starts = new int[1 << 10];
    private int[] lengths = new int[1 << 10];
    private long[] counts = new long[1 << 10];
    private int end = 1; // of symbols
    private int size;

    private CoveredWords() {}

    /** The words, where {@code covered[s - 1]} becomes symbol s. */
    static SymbolWords of(CharacterWords characters, int[] covered, int longest) {
        int[] symbolOf = new int[characters.alphabet().size()];
        for (int s = 0; s < covered.length; s++) {
            symbolOf[covered[s]] = s + 1;
        }
        SymbolWords whole = characters.words();
        var words = new CoveredWords();
        for (int w = 0; w < whole.size(); w++) {
            int length = 0;
            int from = whole.starts()[w];
            for (int i = from; i < from + whole.lengths()[w]; i++) {
                int symbol = symbolOf[whole.symbols()[i]];
                if (symbol == 0 || length == longest) {
                    words.end(length, whole.counts()[w]);
                    length = 0;
                }
                if (symbol != 0) {
                    words.add(symbol);
                    length++;
                }
            }
            words.end(length, whole.counts()[w]);
        }
        return words.build();
    }

    private void add(int symbol) {
        if (end + 1 == symbols.length) { // there is always room for the 0 behind
            symbols = Arrays.copyOf(symbols, symbols.length * 2);
        }
        symbols[end++] = symbol;
    }

    private void end(int length, long count) {
        if (length == 0) {
            return;
        }
        if (size == lengths.length) {
            starts = Arrays.copyOf(starts, size * 2);
            lengths = Arrays.copyOf(lengths, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        starts[size] = end - length;
        lengths[size] = length;
        counts[size++] = count;
        end++;
    }

    private SymbolWords build() {
        starts = Arrays.copyOf(starts, size + 1);
        starts[size] = end;
        return new SymbolWords(
                Arrays.copyOf(symbols, end), starts, Arrays.copyOf(lengths, size), Arrays.copyOf(counts, size));
    }
}
