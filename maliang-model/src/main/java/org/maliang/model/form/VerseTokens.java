package org.maliang.model.form;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.maliang.tokenizer.Tokenizer;

/**
 * The entries of a vocabulary that verse is written with: whole Han characters, clause punctuation, line breaks, and runs
 * of them. Made once per tokenizer, as it decodes every entry, and shared by all constraints; immutable.
 */
public final class VerseTokens {
    private static final int NEWLINE = '\n';
    private static final int RHYMING = 8; // characters of one rhyme; regulated verse uses up to five

    private final int[] ids;
    private final int[][] texts; // code points of each id
    private final int reach;
    private final int endOfText;
    private final long rhymes;

    private VerseTokens(SortedMap<Integer, String> tokens, int endOfText) {
        this.endOfText = endOfText;
        ids = tokens.keySet().stream().mapToInt(Integer::intValue).toArray();
        texts = tokens.values().stream()
                .map(text -> text.codePoints().toArray())
                .toArray(int[][]::new);
        reach = Arrays.stream(texts).mapToInt(text -> text.length).max().orElse(1);
        rhymes = countRhymes();
    }

    /**
     * Picks the entries for verse.
     *
     * @param endOfText the id that ends a text
     */
    public static VerseTokens of(Tokenizer tokenizer, int endOfText) {
        Map<String, List<Integer>> byText = new HashMap<>();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            String text = tokenizer.decode(new int[] {id});
            if (!text.isEmpty() && text.codePoints().allMatch(VerseTokens::isVerse)) {
                byText.computeIfAbsent(text, key -> new ArrayList<>()).add(id);
            }
        }
        SortedMap<Integer, String> tokens = new TreeMap<>();
        byText.forEach((text, ids) -> tokens.put(usual(tokenizer, text, ids), text));
        return new VerseTokens(tokens, endOfText);
    }

    /** Of several spellings, such as a character and a byte, the one the tokenizer itself uses. */
    private static int usual(Tokenizer tokenizer, String text, List<Integer> ids) {
        int[] encoded = ids.size() > 1 ? tokenizer.encode(text) : new int[0];
        return encoded.length == 1 && ids.contains(encoded[0]) ? encoded[0] : ids.get(0);
    }

    private static boolean isVerse(int point) {
        return point == NEWLINE || Layout.isIdeograph(point) || Layout.PUNCTUATION.indexOf(point) >= 0;
    }

    /** Whether the character has an entry of its own. */
    boolean holds(int character) {
        return Arrays.stream(texts).anyMatch(text -> text.length == 1 && text[0] == character);
    }

    /** Number of Han characters with an entry of their own that can have either tone, whichever are fewer. */
    int ideographs() {
        return Math.min(
                count(c -> Sounds.CORPUS.canBe(Tone.LEVEL, c)), count(c -> Sounds.CORPUS.canBe(Tone.OBLIQUE, c)));
    }

    /** The rhymes, one bit each, that enough characters have for a regulated verse. */
    long rhymes() {
        return rhymes;
    }

    private long countRhymes() {
        int[] members = new int[Long.SIZE];
        for (int[] text : texts) {
            long rhymes = text.length == 1 ? Sounds.CORPUS.rhymes(text[0]) : 0;
            for (; rhymes != 0; rhymes &= rhymes - 1) {
                members[Long.numberOfTrailingZeros(rhymes)]++;
            }
        }
        return IntStream.range(0, Long.SIZE)
                .filter(rhyme -> members[rhyme] >= RHYMING)
                .mapToLong(rhyme -> 1L << rhyme)
                .sum();
    }

    private int count(IntPredicate which) {
        return (int) Arrays.stream(texts)
                .filter(text -> text.length == 1 && Layout.isIdeograph(text[0]) && which.test(text[0]))
                .count();
    }

    /** Characters in the longest entry. */
    int reach() {
        return reach;
    }

    int endOfText() {
        return endOfText;
    }

    /** The ids that may follow {@code written}, a new set. */
    BitSet allowed(Pattern pattern, int[] written) {
        BitSet allowed = new BitSet();
        allowed.set(endOfText, pattern.mayEnd(written));
        IntPredicate next = pattern.next(written);
        for (int i = 0; i < ids.length; i++) {
            if (next.test(texts[i][0]) && restFits(pattern, written, texts[i])) {
                allowed.set(ids[i]);
            }
        }
        return allowed;
    }

    private static boolean restFits(Pattern pattern, int[] written, int[] text) {
        for (int i = 1; i < text.length; i++) {
            if (!pattern.next(append(written, Arrays.copyOf(text, i))).test(text[i])) {
                return false;
            }
        }
        return true;
    }

    /** {@code written} and the characters of one more token. */
    int[] append(int[] written, int id) {
        return append(written, texts[Arrays.binarySearch(ids, id)]);
    }

    private static int[] append(int[] written, int[] characters) {
        int[] longer = Arrays.copyOf(written, written.length + characters.length);
        System.arraycopy(characters, 0, longer, written.length, characters.length);
        return longer;
    }
}
