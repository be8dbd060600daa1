package org.maliang.model.generate;

import java.util.BitSet;

/**
 * A shape the written text must have, held by construction: at every step only the allowed tokens may be chosen.
 *
 * <p>States are immutable, so samples and beams share and fork them freely. Implementations cache their token sets: a
 * set is asked for at every token and must not be built anew each time.
 */
public interface Constraint {

    /** Anything goes. */
    Constraint NONE = () -> Unconstrained.STATE;

    /** The state before the first new token; the prompt is not part of the constrained text. */
    State start();

    /** What may follow the tokens written so far. */
    interface State {

        /**
         * The ids that may come next, as a shared set that callers never change. Bits beyond the vocabulary are
         * ignored. An end-of-text id inside the set allows the text to end here. Never empty unless {@link #finished()}.
         */
        BitSet allowed();

        /** The state after {@code token}, which must be in {@link #allowed()}. */
        State next(int token);

        /** Whether the text is complete: writing stops here with finish reason {@code stop}. */
        boolean finished();
    }
}
