package org.maliang.model;

import java.util.OptionalInt;

/**
 * The shape of an encoder-decoder; layers and heads without more are those of the encoder, or of the decoder where sources
 * are images.
 */
public interface EncoderDecoderConfig extends ModelConfig {

    int decoderLayers();

    int decoderHeads();

    /** The elements of one key of the decoder. */
    default int decoderHeadSize() {
        return hiddenSize() / decoderHeads();
    }

    /** The token before every target: {@code decoder_start_token_id}. */
    int startId();

    /** The token that every target begins with after {@link #startId()}: {@code forced_bos_token_id}. */
    default OptionalInt forcedFirstId() {
        return OptionalInt.empty();
    }

    /** The token that a target ends with when it reaches its greatest length: {@code forced_eos_token_id}. */
    default OptionalInt forcedLastId() {
        return OptionalInt.empty();
    }

    /** Whether {@link #contextLength()} is a bound: not so in models without absolute positions. */
    default boolean bounded() {
        return true;
    }
}
