package org.maliang.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;

/** What every family can say about a model's shape; a family's own record adds its details. */
public interface ModelConfig {

    /** The {@code model_type} of {@code config.json}. */
    String family();

    int vocabularySize();

    /** The longest text, in tokens. */
    int contextLength();

    int layers();

    int hiddenSize();

    int heads();

    /** The token before a text. */
    OptionalInt bosId();

    /** The token after a text. */
    OptionalInt eosId();

    OptionalInt padId();

    /** The configuration as Hugging Face's {@code config.json} has it. */
    ObjectNode toJson();

    /** Adds the tokens before, after and beside texts to {@code json}. */
    default void writeIds(ObjectNode json) {
        writeId(json, "bos_token_id", bosId());
        writeId(json, "eos_token_id", eosId());
        writeId(json, "pad_token_id", padId());
    }

    /** Adds a token id; where there is none it is null, because absent keys have defaults. */
    static void writeId(ObjectNode json, String key, OptionalInt id) {
        id.ifPresentOrElse(value -> json.put(key, value), () -> json.putNull(key));
    }
}
