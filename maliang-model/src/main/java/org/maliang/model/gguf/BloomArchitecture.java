package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;

/** BLOOM. */
final class BloomArchitecture extends Architecture {
    BloomArchitecture() {
        super(
                "bloom",
                "transformer.",
                List.of(
                        TensorRule.of("transformer.word_embeddings", "token_embd"),
                        TensorRule.of("transformer.word_embeddings_layernorm", "token_embd_norm"),
                        TensorRule.of("transformer.h.{}.input_layernorm", "blk.{}.attn_norm"),
                        new TensorRule(
                                "transformer.h.{}.self_attention.query_key_value",
                                "blk.{}.attn_qkv",
                                Layout.FUSED_BY_HEAD),
                        TensorRule.of("transformer.h.{}.self_attention.dense", "blk.{}.attn_output"),
                        TensorRule.of("transformer.h.{}.post_attention_layernorm", "blk.{}.ffn_norm"),
                        TensorRule.of("transformer.h.{}.mlp.dense_h_to_4h", "blk.{}.ffn_up"),
                        TensorRule.of("transformer.h.{}.mlp.dense_4h_to_h", "blk.{}.ffn_down"),
                        TensorRule.of("transformer.ln_f", "output_norm"),
                        TensorRule.of("lm_head", "output")));
    }

    @Override
    HeadCounts heads(ConfigReader config) {
        int heads = config.count("n_head", "num_attention_heads");
        return new HeadCounts(heads, heads);
    }

    @Override
    boolean tiedByDefault() {
        return true;
    }

    @Override
    void describe(ConfigReader config, GgufWriter file, Consumer<String> remark) {
        refuseUnless(
                !config.flag("apply_residual_connection_post_layernorm", false),
                "apply_residual_connection_post_layernorm");
        int hidden = config.count("hidden_size", "n_embed");
        file.put(key("context_length"), config.count("seq_length", 2048))
                .put(key("embedding_length"), hidden)
                .put(key("block_count"), config.count("n_layer", "num_hidden_layers"))
                .put(key("feed_forward_length"), 4 * hidden)
                .put(key("attention.head_count"), heads(config).queries())
                .put(key("attention.layer_norm_epsilon"), (float) config.number("layer_norm_epsilon", 1e-5));
    }

    @Override
    ObjectNode config(Metadata file) {
        return file.begin("bloom", "BloomForCausalLM")
                .put("seq_length", file.count("context_length"))
                .put("hidden_size", file.count("embedding_length"))
                .put("n_layer", file.count("block_count"))
                .put("n_head", file.count("attention.head_count"))
                .put("layer_norm_epsilon", file.number("attention.layer_norm_epsilon", 1e-5));
    }
}
