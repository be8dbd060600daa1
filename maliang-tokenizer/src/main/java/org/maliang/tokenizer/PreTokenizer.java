package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Cuts text into the pieces inside which entries are learned. The scanner in Java and the JSON for the Rust library
 * describe the same cut.
 */
interface PreTokenizer {

    /** Receives pieces, in order; together they are the text. */
    @FunctionalInterface
    interface Sink {
        void piece(String text, int start, int end);
    }

    void split(String text, Sink sink);

    /** The {@code pre_tokenizer} of {@code tokenizer.json}. */
    ObjectNode json();
}
