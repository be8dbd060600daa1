package org.maliang.train.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Decoders to measure writing with, by name: speed depends on the shape, not on the weights. */
public final class DecoderShapes {
    private static final int GPT2_CONTEXT = 1024;
    private static final Map<String, Supplier<ObjectNode>> SHAPES = shapes();

    private DecoderShapes() {}

    private static Map<String, Supplier<ObjectNode>> shapes() {
        Map<String, Supplier<ObjectNode>> shapes = new LinkedHashMap<>();
        shapes.put("gpt2-124m", () -> ModelShape.GPT2_124M.config(GPT2_CONTEXT));
        shapes.put("llama-1.1b", () -> llama(32000, 2048, 22, 32, 4, 5632, 2048)); // TinyLlama's
        shapes.put("cpm-2.6b", () -> new ModelShape(30000, 2560, 32, 32).config(GPT2_CONTEXT));
        shapes.put("tiny", () -> llama(1000, 256, 2, 4, 2, 512, 256));
        return shapes;
    }

    private static ObjectNode llama(
            int vocabulary, int hidden, int layers, int heads, int keyValueHeads, int inner, int context) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "llama")
                .put("vocab_size", vocabulary)
                .put("hidden_size", hidden)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", keyValueHeads)
                .put("intermediate_size", inner)
                .put("max_position_embeddings", context);
    }

    /**
     * The {@code config.json} of a shape.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static ObjectNode config(String name) {
        Supplier<ObjectNode> shape = SHAPES.get(name);
        if (shape == null) {
            throw new IllegalArgumentException(
                    "--shape " + name + " is unknown: take one of " + String.join(", ", SHAPES.keySet()));
        }
        return shape.get();
    }
}
