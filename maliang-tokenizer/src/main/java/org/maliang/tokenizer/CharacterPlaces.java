package org.maliang.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;

/** Turns the places that the Rust library counts in code points, of a text or of each of its words, into {@code char}s. */
final class CharacterPlaces {
    private final int[] chars; // where code points begin, and behind the last one the length of the text

    CharacterPlaces(String text) {
        int count = text.codePointCount(0, text.length());
        chars = new int[count + 1];
        for (int i = 0; i < count; i++) {
            chars[i + 1] = text.offsetByCodePoints(chars[i], 1);
        }
    }

    /**
     * The places of ids.
     *
     * @param spans in code points of the text, or of the word; null of an id that stands for none
     * @param wordIds which of the words an id is of
     * @param words what the text was cut into, empty if it was not
     */
    PlacedTokens of(int[] ids, CharSpan[] spans, long[] wordIds, String[] words) {
        int[] before = new int[words.length + 1]; // code points before each word
        for (int i = 0; i < words.length; i++) {
            before[i + 1] = before[i] + words[i].codePointCount(0, words[i].length());
        }
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (spans[i] == null) {
                starts[i] = ends[i] = i == 0 ? 0 : ends[i - 1];
                continue;
            }
            int shift = words.length == 0 ? 0 : before[(int) wordIds[i]];
            starts[i] = chars[shift + spans[i].getStart()];
            ends[i] = chars[shift + spans[i].getEnd()];
        }
        return new PlacedTokens(ids, starts, ends);
    }
}
