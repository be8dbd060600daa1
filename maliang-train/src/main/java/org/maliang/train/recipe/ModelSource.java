package org.maliang.train.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/** Where a run's model comes from. */
public sealed interface ModelSource {
    /**
     * A new model with random weights.
     *
     * @param config as {@code config.json} has it, e.g. {@code {model_type: gpt2, n_embd: 256, n_layer: 6, n_head: 4}};
     *     the sizes of vocabulary and context and the ids of special tokens are filled in where they are left out
     */
    record Fresh(ObjectNode config) implements ModelSource {}

    /** The weights of a model directory, trained further. */
    record Continued(Path directory) implements ModelSource {}
}
