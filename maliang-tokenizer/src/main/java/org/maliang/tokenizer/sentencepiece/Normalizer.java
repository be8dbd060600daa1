package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.maliang.tokenizer.trie.Trie;

/**
 * Brings text into the form that pieces are spelled in: characters replaced by the charsmap, white space collapsed,
 * blanks written as U+2581.
 *
 * @param map the replacements
 * @param userDefined pieces that stay as they are, by their bytes
 * @param dummyPrefix whether every text begins with a blank, or ends with one where blanks are suffixes
 * @param removeExtraBlanks whether blanks at both ends go and runs of them become one
 * @param escapeBlanks whether blanks are written as U+2581
 * @param suffix whether a blank belongs to the word before it
 */
record Normalizer(
        CharsMap map,
        Trie userDefined,
        boolean dummyPrefix,
        boolean removeExtraBlanks,
        boolean escapeBlanks,
        boolean suffix) {
    static final byte[] SPACE = "\u2581".getBytes(UTF_8);
    private static final byte[] BLANK = {' '};

    static Normalizer of(NormalizerSpec spec, Trie userDefined, boolean suffix) throws IOException {
        return new Normalizer(
                CharsMap.parse(spec.charsMap()),
                userDefined,
                spec.dummyPrefix(),
                spec.removeExtraBlanks(),
                spec.escapeBlanks(),
                suffix);
    }

    /** The normalised form of a text in UTF-8. */
    byte[] normalize(byte[] text) {
        return normalize(text, Trace.NONE);
    }

    /** The same, with an account of where in the text it comes from. */
    byte[] normalize(byte[] text, Trace trace) {
        int at = 0;
        var run = new Run();
        if (removeExtraBlanks) {
            while (at < text.length && run.take(text, at) && run.isBlank()) {
                at += run.consumed;
            }
        }
        if (at == text.length) {
            return new byte[0];
        }
        byte[] space = escapeBlanks ? SPACE : BLANK;
        var out = new ByteArrayOutputStream(text.length + text.length / 2);
        if (dummyPrefix && !suffix) {
            out.writeBytes(space);
            trace.wrote(space.length, at, at);
        }
        boolean afterBlank = removeExtraBlanks;
        while (at < text.length) {
            run.take(text, at);
            int start = run.start;
            while (afterBlank && start < run.end && run.bytes[start] == ' ') {
                start++;
            }
            for (int i = start; i < run.end; i++) {
                boolean blank = run.bytes[i] == ' ';
                if (blank) {
                    out.writeBytes(space);
                } else {
                    out.write(run.bytes[i]);
                }
                trace.wrote(blank ? space.length : 1, at, at + run.consumed);
            }
            if (start < run.end) {
                afterBlank = removeExtraBlanks && run.bytes[run.end - 1] == ' ';
            }
            at += run.consumed;
        }
        byte[] whole = out.toByteArray();
        int end = whole.length;
        while (removeExtraBlanks && endsWith(whole, end, space)) {
            end -= space.length;
        }
        whole = Arrays.copyOf(whole, end);
        trace.keep(end);
        if (!dummyPrefix || !suffix) {
            return whole;
        }
        trace.wrote(space.length, text.length, text.length);
        return concat(whole, space);
    }

    /** How many bytes the longest user-defined piece at a position takes, 0 if there is none. */
    int userDefinedAt(byte[] text, int start) {
        int longest = 0;
        int node = Trie.ROOT;
        for (int at = start; at < text.length; at++) {
            node = userDefined.step(node, text[at] & 0xFF);
            if (node == Trie.NONE) {
                break;
            }
            longest = userDefined.value(node) == Trie.NONE ? longest : at + 1 - start;
        }
        return longest;
    }

    /** How many bytes the character that begins with this byte takes, as far as there are that many. */
    static int characterLength(byte[] text, int at) {
        int first = text[at] & 0xFF;
        int length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        return Math.min(length, text.length - at);
    }

    private static boolean endsWith(byte[] text, int end, byte[] tail) {
        return end >= tail.length && Arrays.equals(text, end - tail.length, end, tail, 0, tail.length);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }

    /** What one step of the normaliser writes, and how much of the text it takes. */
    private final class Run {
        byte[] bytes = {};
        int start;
        int end;
        int consumed;

        /** Takes a user-defined piece, what a rule replaces, or one character; always something. */
        boolean take(byte[] text, int at) {
            consumed = userDefinedAt(text, at);
            bytes = text;
            start = at;
            if (consumed == 0) {
                long rule = map.longest(text, at);
                consumed = (int) rule;
                if (consumed > 0) {
                    bytes = map.strings();
                    start = (int) (rule >>> 32);
                    end = map.end(start);
                    return true;
                }
                consumed = characterLength(text, at);
            }
            end = at + consumed;
            return true;
        }

        boolean isBlank() {
            return end - start == 1 && bytes[start] == ' ';
        }
    }
}
