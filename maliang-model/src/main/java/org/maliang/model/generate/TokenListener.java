package org.maliang.model.generate;

import org.maliang.model.read.TokenScore;

/** Hears tokens as they are chosen, and may end a text. */
@FunctionalInterface
public interface TokenListener {

    /** Never ends a text. */
    TokenListener NONE = (row, token) -> true;

    /**
     * A token was chosen; the end-of-text token is not announced.
     *
     * @param row index in the list that the generator will return
     * @return whether to go on with this text
     */
    boolean token(int row, int token);

    /** How many of the most probable tokens it wants to hear of beside every chosen one; below 0 it wants no scores at all. */
    default int alternatives() {
        return -1;
    }

    /**
     * Hears what {@link #token(int, int)} would, where it wants scores.
     *
     * @param score what the model itself thinks of the token, before rules, filters and temperature
     */
    default boolean token(int row, TokenScore score) {
        return token(row, score.id());
    }
}
