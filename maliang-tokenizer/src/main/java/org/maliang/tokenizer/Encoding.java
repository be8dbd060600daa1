package org.maliang.tokenizer;

/**
 * A text, or a pair of texts, as a model takes it: with the special tokens around.
 *
 * @param ids ids in order
 * @param typeIds for each id the segment it belongs to: 0, or 1 in the second text of families that tell texts apart
 */
public record Encoding(int[] ids, int[] typeIds) {

    /** How many ids there are. */
    public int length() {
        return ids.length;
    }
}
