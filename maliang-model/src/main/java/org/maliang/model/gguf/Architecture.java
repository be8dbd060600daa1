package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.model.ConfigReader;
import org.maliang.model.UnsupportedModelException;

/**
 * What llama.cpp calls a family and its parts.
 *
 * @param name of the architecture
 * @param heads query heads whose projections are reordered for rotary positions; 0 for none
 * @param keyHeads the same for keys
 */
record Architecture(String name, int heads, int keyHeads) {
    private static final Pattern LAYER =
            Pattern.compile("(?:transformer\\.h|model\\.layers)\\.(\\d+)\\.(.+)\\.(weight|bias)");

    private static final Map<String, String> PARTS = Map.ofEntries(
            Map.entry("transformer.wte", "token_embd"),
            Map.entry("transformer.wpe", "position_embd"),
            Map.entry("transformer.ln_f", "output_norm"),
            Map.entry("model.embed_tokens", "token_embd"),
            Map.entry("model.norm", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("ln_1", "attn_norm"),
            Map.entry("attn.c_attn", "attn_qkv"),
            Map.entry("attn.c_proj", "attn_output"),
            Map.entry("ln_2", "ffn_norm"),
            Map.entry("mlp.c_fc", "ffn_up"),
            Map.entry("mlp.c_proj", "ffn_down"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    /**
     * Where a tensor goes.
     *
     * @param turned whether rows and columns change places
     * @param rotated by how many heads a projection is reordered for rotary positions; 0 for none
     */
    record Place(String name, boolean turned, int rotated) {}

    static Architecture of(JsonNode config) {
        ConfigReader reader = new ConfigReader(config);
        String family = reader.text("model_type", "");
        return switch (family) {
            case "gpt2", "qwen2", "qwen3" -> new Architecture(family, 0, 0);
            case "llama", "mistral" -> {
                int heads = reader.count("num_attention_heads");
                yield new Architecture("llama", heads, reader.count("num_key_value_heads", heads));
            }
            default ->
                throw new UnsupportedModelException("GGUF is written for gpt2, llama, mistral, qwen2 and qwen3,"
                        + " not for " + family + ": convert it to hf");
        };
    }

    Place place(String tensor) {
        Matcher layer = LAYER.matcher(tensor);
        boolean inLayer = layer.matches();
        String part = inLayer ? layer.group(2) : tensor.substring(0, tensor.lastIndexOf('.'));
        String there = PARTS.get(part);
        if (there == null) {
            throw new UnsupportedModelException("llama.cpp has no place for the tensor " + tensor);
        }
        String end = tensor.substring(tensor.lastIndexOf('.'));
        boolean turned = part.contains(".c_") && end.equals(".weight"); // a Conv1D
        int rotated = part.endsWith("q_proj") ? heads : part.endsWith("k_proj") ? keyHeads : 0;
        return new Place((inLayer ? "blk." + layer.group(1) + "." : "") + there + end, turned, rotated);
    }

    /** The configuration under llama.cpp's keys: Integer, Float or Boolean. */
    Map<String, Object> keys(ConfigReader config) {
        Map<String, Object> keys = new LinkedHashMap<>();
        if (name.equals("gpt2")) {
            int width = config.count("n_embd", "hidden_size");
            keys.put("context_length", config.count("n_positions", "n_ctx"));
            keys.put("embedding_length", width);
            keys.put("feed_forward_length", config.count("n_inner", 4 * width));
            keys.put("block_count", config.count("n_layer"));
            keys.put("attention.head_count", config.count("n_head"));
            keys.put("attention.layer_norm_epsilon", (float) config.number("layer_norm_epsilon", 1e-5));
            return keys;
        }
        int all = config.count("num_attention_heads");
        int size = config.count("head_dim", config.count("hidden_size") / all);
        keys.put("context_length", config.count("max_position_embeddings", 2048));
        keys.put("embedding_length", config.count("hidden_size"));
        keys.put("feed_forward_length", config.count("intermediate_size"));
        keys.put("block_count", config.count("num_hidden_layers"));
        keys.put("attention.head_count", all);
        keys.put("attention.head_count_kv", config.count("num_key_value_heads", all));
        keys.put("attention.key_length", size);
        keys.put("attention.value_length", size);
        keys.put("attention.layer_norm_rms_epsilon", (float) config.number("rms_norm_eps", 1e-6));
        keys.put("rope.dimension_count", size);
        keys.put("rope.freq_base", (float) config.number("rope_theta", 10000));
        return keys;
    }
}
