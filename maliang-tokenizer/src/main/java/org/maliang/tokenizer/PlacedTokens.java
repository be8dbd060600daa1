package org.maliang.tokenizer;

/**
 * The ids of a text and where in it they stand. Places are counted in {@code char}s of the text as it was given, whatever
 * normalising did to it: {@code text.substring(starts[i], ends[i])} is what id {@code i} stands for.
 *
 * @param starts the first {@code char} of each id
 * @param ends behind its last one; an id that stands for a part of a character spans the whole of it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PlacedTokens(int[] ids, int[] starts, int[] ends) {

    /** How many ids there are. */
    public int length() {
        return ids.length;
    }
}
