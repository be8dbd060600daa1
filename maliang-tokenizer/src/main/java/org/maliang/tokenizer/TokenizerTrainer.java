package org.maliang.tokenizer;

import java.util.stream.Stream;

/** Learns a vocabulary from text. The same documents in the same order give the same bytes, however many threads work. */
public interface TokenizerTrainer {

    /**
     * Reads every document once and learns.
     *
     * @throws TokenizerException if there is no text, a document is not well-formed, or the vocabulary is too small for
     *     what it has to hold
     */
    TrainedTokenizer train(Stream<String> documents);
}
