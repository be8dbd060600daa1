package org.maliang.model.generate;

/** Hears texts while they are written. */
@FunctionalInterface
public interface TextListener {

    /**
     * The next characters of a text: never half a character, never a part of a stop string, never empty.
     *
     * @param sample index of the text, from 0
     */
    void piece(int sample, String text);
}
