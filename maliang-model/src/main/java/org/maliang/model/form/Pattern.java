package org.maliang.model.form;

import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** The shape of a verse as what it asks of its next character, given the characters written so far. */
interface Pattern {

    /** Which characters may follow. */
    IntPredicate next(int[] written);

    /** Whether the verse may end here. */
    boolean mayEnd(int[] written);

    /** Whether nothing can follow. */
    boolean closed(int[] written);

    /**
     * A value that is equal for places where the same runs of up to {@code reach} characters, or the end, may follow;
     * empty where that depends on the very characters written.
     */
    Optional<Object> kind(int[] written, int reach);

    /** Characters without which the verse cannot be written. */
    Set<Integer> required();

    /** How many different Han characters a vocabulary must hold so that writing never gets stuck. */
    int ideographs();
}
