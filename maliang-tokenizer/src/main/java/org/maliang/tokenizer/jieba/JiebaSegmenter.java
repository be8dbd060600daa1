package org.maliang.tokenizer.jieba;

import java.util.ArrayList;
import java.util.List;
import org.maliang.tokenizer.trie.Trie;

/**
 * Cuts Chinese text into words exactly as {@code jieba.cut} does in its default mode: the most probable way through all
 * words of the dictionary, and a hidden Markov model for runs of single characters. Immutable.
 */
public final class JiebaSegmenter {
    private static final char FIRST_HAN = '\u4E00';
    private static final char LAST_HAN = '\u9FD5';

    private final Dictionary dictionary;
    private final HiddenMarkov hidden;

    private JiebaSegmenter(Dictionary dictionary, HiddenMarkov hidden) {
        this.dictionary = dictionary;
        this.hidden = hidden;
    }

    /** The segmenter with jieba's own dictionary, read on first use (about half a second). */
    public static JiebaSegmenter standard() {
        return Holder.STANDARD;
    }

    private static final class Holder {
        static final JiebaSegmenter STANDARD = new JiebaSegmenter(Dictionary.standard(), HiddenMarkov.standard());
    }

    /** The words of a text, in order; joined they are the text. */
    public List<String> cut(String text) {
        List<String> words = new ArrayList<>();
        int length = text.length();
        int at = 0;
        while (at < length) {
            int end = at;
            while (end < length && isWordPart(text.charAt(end))) {
                end++;
            }
            if (end > at) {
                cutBlock(text.substring(at, end), words);
            } else {
                boolean newline = text.startsWith("\r\n", at);
                end = at + (newline ? 2 : Character.charCount(text.codePointAt(at)));
                words.add(text.substring(at, end));
            }
            at = end;
        }
        return words;
    }

    /** Cuts a block without blanks or punctuation. */
    private void cutBlock(String block, List<String> words) {
        int[] ends = bestEnds(block);
        int singles = 0; // where the single characters before this word begin
        for (int at = 0; at < block.length(); at = ends[at]) {
            if (ends[at] - at > 1) {
                cutSingles(block.substring(singles, at), words);
                words.add(block.substring(at, ends[at]));
                singles = ends[at];
            }
        }
        cutSingles(block.substring(singles), words);
    }

    /** For each position the end of the word that the best way takes from there, found from right to left. */
    private int[] bestEnds(String block) {
        int length = block.length();
        int[] ends = new int[length];
        double[] best = new double[length + 1];
        for (int at = length - 1; at >= 0; at--) {
            int node = Trie.ROOT;
            boolean found = false;
            for (int end = at; end < length; ) {
                node = dictionary.step(node, block.charAt(end++));
                if (node == Trie.NONE) {
                    break;
                }
                if (dictionary.isWord(node)) {
                    double sum = dictionary.logProbability(node) + best[end];
                    if (!found || sum >= best[at]) { // of equal ways the longer word
                        best[at] = sum;
                        ends[at] = end;
                    }
                    found = true;
                }
            }
            if (!found) {
                best[at] = dictionary.logUnknown() + best[at + 1];
                ends[at] = at + 1;
            }
        }
        return ends;
    }

    /** A run of single characters that is no word may be one that the dictionary does not know. */
    private void cutSingles(String run, List<String> words) {
        if (run.length() <= 1 || dictionary.contains(run)) {
            run.codePoints().mapToObj(Character::toString).forEach(words::add);
            return;
        }
        int at = 0;
        while (at < run.length()) {
            boolean han = isHan(run.charAt(at));
            int end = at + 1;
            while (end < run.length() && isHan(run.charAt(end)) == han) {
                end++;
            }
            if (han) {
                hidden.cut(run.substring(at, end), words);
            } else {
                cutLatin(run.substring(at, end), words);
            }
            at = end;
        }
    }

    /** Letters and digits with a decimal part and a percent sign are one word; so is whatever lies between. */
    private static void cutLatin(String run, List<String> words) {
        int at = 0;
        while (at < run.length()) {
            int end = at;
            while (end < run.length() && !isAlphanumeric(run.charAt(end))) {
                end++;
            }
            if (end == at) {
                end = endOfAlphanumerics(run, at);
            }
            words.add(run.substring(at, end));
            at = end;
        }
    }

    private static int endOfAlphanumerics(String run, int start) {
        int end = start;
        while (end < run.length() && isAlphanumeric(run.charAt(end))) {
            end++;
        }
        int decimals = end + 1;
        while (decimals < run.length() && isDigit(run.charAt(decimals))) {
            decimals++;
        }
        if (decimals > end + 1 && run.charAt(end) == '.') {
            end = decimals;
        }
        return end < run.length() && run.charAt(end) == '%' ? end + 1 : end;
    }

    private static boolean isWordPart(char c) {
        return isHan(c) || isAlphanumeric(c) || "+#&._%-".indexOf(c) >= 0;
    }

    static boolean isHan(char c) {
        return c >= FIRST_HAN && c <= LAST_HAN;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
