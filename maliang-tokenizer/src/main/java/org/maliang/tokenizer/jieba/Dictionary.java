package org.maliang.tokenizer.jieba;

import com.huaban.analysis.jieba.WordDictionary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.maliang.tokenizer.trie.Trie;

/**
 * Words and how often they occur. The table is the {@code dict.txt} in com.huaban:jieba-analysis 1.0.2, which lacks one
 * line of the one in jieba 0.42.1.
 */
final class Dictionary {
    private static final String MISSING = "吉林 89 ns"; // Jilin, the province
    private static final long TOTAL = 60_101_967; // of all frequencies in jieba 0.42.1

    private final Trie words = new Trie(); // values are frequencies
    private long total;
    private double logTotal;

    private Dictionary() {}

    static Dictionary standard() {
        var dictionary = new Dictionary();
        try (BufferedReader lines = table("/dict.txt")) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                dictionary.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        dictionary.add(MISSING);
        if (dictionary.total != TOTAL) {
            throw new IllegalStateException("the dict.txt on the class path is not the one of com.huaban:jieba-analysis"
                    + " 1.0.2; its frequencies add up to " + dictionary.total);
        }
        dictionary.logTotal = Math.log(TOTAL);
        return dictionary;
    }

    /** A table in the jar of jieba-analysis. */
    static BufferedReader table(String name) {
        InputStream in = WordDictionary.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("no " + name + " in the jar of com.huaban:jieba-analysis");
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** Takes {@code word frequency tag}; where a word comes twice the last frequency counts, and the sum has both. */
    private void add(String line) {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        int frequency = Integer.parseInt(line, first + 1, second, 10);
        words.put(line.substring(0, first), frequency);
        total += frequency;
    }

    /** The node of {@link Trie} one character further. */
    int step(int node, char c) {
        return words.step(node, c);
    }

    boolean isWord(int node) {
        return words.value(node) > 0;
    }

    boolean contains(String word) {
        return words.find(word) > 0;
    }

    double logProbability(int node) {
        return Math.log(words.value(node)) - logTotal;
    }

    /** Of a character that is no word. */
    double logUnknown() {
        return 0 - logTotal;
    }
}
