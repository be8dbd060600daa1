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
}
