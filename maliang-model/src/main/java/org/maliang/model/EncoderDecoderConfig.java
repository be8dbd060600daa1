package org.maliang.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
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

    /**
     * How the model likes to write where no {@code generation_config.json} says it, under the keys of such a file; empty
     * where {@link #toJson()} may say it.
     */
    default ObjectNode wishes() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** How the model goes on after a text; empty in models that write about texts. */
    default Optional<SlidingWindow> window() {
        return Optional.empty();
    }

    /** How what is written becomes text. */
    default Spelling spelling() {
        return Spelling.TOKENIZER;
    }
}
