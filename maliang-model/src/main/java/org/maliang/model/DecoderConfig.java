package org.maliang.model;

/** The shape of a decoder. */
public interface DecoderConfig extends ModelConfig {

    /** Heads that keys and values have; fewer than {@link #heads()} in grouped-query attention. */
    default int keyValueHeads() {
        return heads();
    }

    default int headSize() {
        return hiddenSize() / heads();
    }
}
