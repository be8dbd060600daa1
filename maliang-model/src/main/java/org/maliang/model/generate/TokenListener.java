package org.maliang.model.generate;

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
}
