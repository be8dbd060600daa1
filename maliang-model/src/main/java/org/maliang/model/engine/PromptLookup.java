package org.maliang.model.engine;

import org.maliang.model.generate.Line;

/**
 * Guesses that a text repeats itself: what followed the latest earlier place that reads like its end follows again. It
 * costs nothing and pays in forms, code and summaries (prompt look-up decoding, A. Saxena 2023).
 *
 * @param most tokens guessed at once
 * @param longest the longest end that is looked for, in tokens; shorter ones are tried after it
 */
public record PromptLookup(int most, int longest) implements Speculation {

    /** Up to 10 tokens after a match of 3 tokens or fewer. */
    public static final PromptLookup DEFAULT = new PromptLookup(10, 3);

    public PromptLookup {
        if (most < 1 || longest < 1) {
            throw new IllegalArgumentException(
                    "prompt look-up guesses at least 1 token after at least 1, not " + most + " after " + longest);
        }
    }

    @Override
    public Guesses begin(Line text) {
        return (line, room) -> guess(line, Math.min(most, room));
    }

    private int[] guess(Line line, int count) {
        for (int size = Math.min(longest, line.length() - 1); size > 0 && count > 0; size--) {
            for (int start = line.length() - size - 1; start >= 0; start--) {
                if (same(line, start, size)) {
                    return after(line, start + size, count);
                }
            }
        }
        return new int[0];
    }

    private static boolean same(Line line, int start, int size) {
        int end = line.length() - size;
        for (int i = 0; i < size; i++) {
            if (line.at(start + i) != line.at(end + i)) {
                return false;
            }
        }
        return true;
    }

    /** The tokens from {@code start} on; where the text ends, its guessed continuation is read on. */
    private static int[] after(Line line, int start, int count) {
        int[] guessed = new int[count];
        for (int i = 0; i < count; i++) {
            int at = start + i;
            guessed[i] = at < line.length() ? line.at(at) : guessed[at - line.length()];
        }
        return guessed;
    }
}
