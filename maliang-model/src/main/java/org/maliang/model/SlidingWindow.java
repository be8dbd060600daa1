package org.maliang.model;

/**
 * How an encoder-decoder that is asked to go on after a text does so: the encoder reads the end of the text, the decoder
 * writes a page; the page becomes part of the text, and everything begins anew for the next page.
 *
 * @param source the most tokens that are read, the last ones; start and end count
 * @param target tokens of a page
 * @param filled the share of the length asked for, from 0 to 1, that must be written before the text may end
 */
public record SlidingWindow(int source, int target, double filled) {

    /** How many tokens are written before a text of {@code most} tokens may end. */
    public int least(int most) {
        return Math.min(most, (int) (most * filled) + 1);
    }
}
