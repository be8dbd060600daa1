package org.maliang.model.generate;

import org.maliang.model.read.TokenScore;

/** Hears texts while they are written. */
@FunctionalInterface
public interface TextListener {

    /**
     * The next characters of a text: never half a character, never a part of a stop string, never empty.
     *
     * @param sample index of the text, from 0
     */
    void piece(int sample, String text);

    /** How many of the most probable tokens it wants to hear of beside every chosen one; below 0 it wants no scores at all. */
    default int alternatives() {
        return -1;
    }

    /**
     * A token was chosen, where scores are wanted and texts are neither searched for nor the best of many. The next piece
     * holds what it says, as far as that is whole characters.
     */
    default void token(int sample, TokenScore score) {}
}
