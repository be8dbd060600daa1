package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counted words as runs of characters.
 *
 * @param alphabet the characters that occur, by symbol, in the order of their code points
 * @param counts how often each occurs, by symbol
 * @param words the words, spelled in symbols
 */
record CharacterWords(List<String> alphabet, long[] counts, SymbolWords words) {

    static CharacterWords of(WordCounts words) {
        int size = words.size();
        long[] frequency = new long[Character.MAX_CODE_POINT + 1];
        int[] starts = new int[size + 1];
        int[] lengths = new int[size];
        long[] counts = new long[size];
        int[] symbols = new int[words.end(size - 1)];
        int at = 0;
        for (int w = 0; w < size; w++) {
            int[] codePoints = new String(words.bytes(), words.start(w), words.end(w) - words.start(w), UTF_8)
                    .codePoints()
                    .toArray();
            counts[w] = words.count(w);
            lengths[w] = codePoints.length;
            for (int codePoint : codePoints) {
                frequency[codePoint] += counts[w];
                symbols[at++] = codePoint;
            }
            starts[w + 1] = at;
        }
        List<String> alphabet = new ArrayList<>();
        int[] symbolOf = new int[frequency.length];
        for (int c = 0; c < frequency.length; c++) {
            if (frequency[c] > 0) {
                symbolOf[c] = alphabet.size();
                frequency[alphabet.size()] = frequency[c];
                alphabet.add(Character.toString(c));
            }
        }
        for (int i = 0; i < at; i++) {
            symbols[i] = symbolOf[symbols[i]];
        }
        return new CharacterWords(
                alphabet,
                Arrays.copyOf(frequency, alphabet.size()),
                new SymbolWords(Arrays.copyOf(symbols, at), starts, lengths, counts));
    }

    long count(int symbol) {
        return counts[symbol];
    }

    /** Symbols that occur at least so often, most frequent first, then by code point. */
    int[] byFrequency(int least) {
        return IntStream.range(0, counts.length)
                .filter(s -> counts[s] >= least)
                .boxed()
                .sorted((a, b) -> Long.compare(counts[b], counts[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
