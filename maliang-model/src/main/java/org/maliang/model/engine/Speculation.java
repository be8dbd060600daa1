package org.maliang.model.engine;

import org.maliang.model.generate.Line;

/**
 * Guesses how a text goes on, so that the model reads several tokens in one pass instead of one (Leviathan et al.,
 * arXiv:2211.17192). Guessing never changes a text: of what was guessed, only those tokens are kept that the model's own
 * scores, the options and the random numbers of the text choose anyway.
 */
@FunctionalInterface
public interface Speculation {

    /** Guesses nothing. */
    Speculation NONE = text -> (line, most) -> new int[0];

    /** Begins with a text of which only the prompt is there; called on the engine's thread. */
    Guesses begin(Line text);

    /** The guesses at one text. */
    @FunctionalInterface
    interface Guesses extends AutoCloseable {

        /** At most {@code most} tokens that may follow what {@code line} holds now. */
        int[] next(Line line, int most);

        @Override
        default void close() {}
    }
}
