package org.maliang.model;

import java.util.OptionalInt;

/** The shape of a decoder. */
public interface DecoderConfig extends ModelConfig {

    /** Heads that keys and values have; fewer than {@link #heads()} in grouped-query attention. */
    default int keyValueHeads() {
        return heads();
    }

    default int headSize() {
        return hiddenSize() / heads();
    }

    /** Whether nothing is known of positions beyond {@link #contextLength()}, as in models that learn a vector for each. */
    default boolean bounded() {
        return true;
    }

    /** The token that texts begin with: begin-of-text, or end-of-text in models without one, as in training. */
    default OptionalInt openingId() {
        return bosId().isPresent() ? bosId() : eosId();
    }
}
