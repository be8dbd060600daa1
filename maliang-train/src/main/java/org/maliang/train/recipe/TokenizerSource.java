package org.maliang.train.recipe;

import java.nio.file.Path;
import java.util.List;

/** Where a run's tokenizer comes from. */
public sealed interface TokenizerSource {
    /** How text is cut before it is counted. */
    enum Kind {
        /** One Han character, one token; pairs of other characters are merged. */
        CHARACTER,
        /** Byte-level BPE, as GPT-2's. */
        BYTE,
        /** SentencePiece-like Unigram. */
        UNIGRAM
    }

    /** A tokenizer.json, or a directory that holds one. */
    record Existing(Path path) implements TokenizerSource {}

    /**
     * Trained on the training corpus when the run begins.
     *
     * @param vocabSize number of entries, special tokens included
     * @param specialTokens beside {@code <|endoftext|>}
     */
    record Trained(Kind kind, int vocabSize, List<String> specialTokens) implements TokenizerSource {}
}
