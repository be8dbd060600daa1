package org.maliang.model.generate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.maliang.model.Decoder;
import org.maliang.model.Models;
import org.maliang.tensor.Threads;

/** Random models, small and opinionated: their scores are far from equal. */
public final class TinyModels {

    private TinyModels() {}

    public static ObjectNode config(int vocabulary, int context) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2")
                .put("vocab_size", vocabulary)
                .put("n_positions", context)
                .put("n_embd", 24)
                .put("n_layer", 2)
                .put("n_head", 3)
                .put("initializer_range", 0.25)
                .put("bos_token_id", 0)
                .put("eos_token_id", 0);
        return config;
    }

    public static Decoder decoder(int vocabulary, int context) {
        Threads.threads(1); // in models this small, threads mostly wait for each other
        return Models.decoder(config(vocabulary, context), 3);
    }
}
