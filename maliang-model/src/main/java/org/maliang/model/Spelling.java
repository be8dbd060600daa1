package org.maliang.model;

/** How the tokens that a model writes become text. */
public enum Spelling {
    /** As the tokenizer decodes them. */
    TOKENIZER,
    /** Vocabulary entries end to end, without spaces and the marks of word parts: AliceMind's Chinese models. */
    JOINED,
    /**
     * The same with a quotation mark for unknown words, once for several in a row, because BERT's Chinese vocabulary lacks
     * it; prompts spell it in another way (AliceMind's PLUG/generate_plug.py).
     */
    JOINED_QUOTING
}
