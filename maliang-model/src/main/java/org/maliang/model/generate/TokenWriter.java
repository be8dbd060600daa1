package org.maliang.model.generate;

import java.util.List;

/** Writes token ids after prompts. */
@FunctionalInterface
public interface TokenWriter {

    /**
     * Writes {@code options.samples()} continuations of every prompt.
     *
     * @return the samples of the first prompt, then those of the second, and so on
     */
    List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener);
}
