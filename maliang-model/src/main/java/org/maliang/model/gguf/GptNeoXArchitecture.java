package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;

/** GPT-NeoX and Pythia. */
final class GptNeoXArchitecture extends Architecture {
    GptNeoXArchitecture() {
        super(
                "gptneox",
                "gpt_neox.",
                List.of(
                        TensorRule.of("gpt_neox.embed_in", "token_embd"),
                        TensorRule.of("gpt_neox.layers.{}.input_layernorm", "blk.{}.attn_norm"),
                        new TensorRule(
                                "gpt_neox.layers.{}.attention.query_key_value",
                                "blk.{}.attn_qkv",
                                Layout.FUSED_BY_HEAD),
                        TensorRule.of("gpt_neox.layers.{}.attention.dense", "blk.{}.attn_output"),
                        TensorRule.of("gpt_neox.layers.{}.post_attention_layernorm", "blk.{}.ffn_norm"),
                        TensorRule.of("gpt_neox.layers.{}.mlp.dense_h_to_4h", "blk.{}.ffn_up"),
                        TensorRule.of("gpt_neox.layers.{}.mlp.dense_4h_to_h", "blk.{}.ffn_down"),
                        TensorRule.of("gpt_neox.final_layer_norm", "output_norm"),
                        TensorRule.of("embed_out", "output")));
    }

    @Override
    HeadCounts heads(ConfigReader config) {
        int heads = config.count("num_attention_heads");
        return new HeadCounts(heads, heads);
    }

    @Override
    boolean tiedByDefault() {
        return false;
    }

    @Override
    void describe(ConfigReader config, GgufWriter file, Consumer<String> remark) {
        refuseUnless(config.flag("attention_bias", true), "attention without biases for gpt_neox");
        refuseUnless(!has(config, "rope_scaling"), "rope_scaling for gpt_neox");
        refuseUnless(
                config.config().path("hidden_act").asText("gelu").startsWith("gelu"), "hidden_act other than gelu");
        if (config.text("hidden_act", "gelu").equals("gelu")) {
            remark.accept("llama.cpp computes gelu by its tanh form for gpt_neox: numbers differ in the third digit");
        }
        int hidden = config.count("hidden_size");
        int heads = heads(config).queries();
        int headSize = hidden / heads;
        double share = config.number("rotary_pct", config.number("partial_rotary_factor", 0.25));
        file.put(key("context_length"), config.count("max_position_embeddings", 2048))
                .put(key("embedding_length"), hidden)
                .put(key("block_count"), config.count("num_hidden_layers"))
                .put(key("feed_forward_length"), config.count("intermediate_size"))
                .put(key("attention.head_count"), heads)
                .put(key("rope.dimension_count"), (int) (headSize * share))
                .put(key("rope.freq_base"), (float)
                        config.number("rotary_emb_base", config.number("rope_theta", 10000)))
                .put(key("use_parallel_residual"), config.flag("use_parallel_residual", true))
                .put(key("attention.layer_norm_epsilon"), (float) config.number("layer_norm_eps", 1e-5));
    }

    @Override
    ObjectNode config(Metadata file) {
        int hidden = file.count("embedding_length");
        int heads = file.count("attention.head_count");
        int headSize = Math.max(1, hidden / heads);
        return file.begin("gpt_neox", "GPTNeoXForCausalLM")
                .put("max_position_embeddings", file.count("context_length"))
                .put("hidden_size", hidden)
                .put("num_hidden_layers", file.count("block_count"))
                .put("intermediate_size", file.count("feed_forward_length"))
                .put("num_attention_heads", heads)
                .put("rotary_pct", file.count("rope.dimension_count", headSize) / (double) headSize)
                .put("rotary_emb_base", file.number("rope.freq_base", 10000))
                .put("use_parallel_residual", file.flag("use_parallel_residual", true))
                .put("hidden_act", "gelu")
                .put("layer_norm_eps", file.number("attention.layer_norm_epsilon", 1e-5));
    }
}
