package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;

/** GPT-2. */
final class Gpt2Architecture extends Architecture {
    private static final Set<String> TANH_GELU = Set.of("gelu_new", "gelu_pytorch_tanh", "gelu_fast");

    Gpt2Architecture() {
        super(
                "gpt2",
                "transformer.",
                List.of(
                        TensorRule.of("transformer.wte", "token_embd"),
                        TensorRule.of("transformer.wpe", "position_embd"),
                        TensorRule.of("transformer.h.{}.ln_1", "blk.{}.attn_norm"),
                        new TensorRule("transformer.h.{}.attn.c_attn", "blk.{}.attn_qkv", Layout.TRANSPOSED),
                        new TensorRule("transformer.h.{}.attn.c_proj", "blk.{}.attn_output", Layout.TRANSPOSED),
                        TensorRule.of("transformer.h.{}.ln_2", "blk.{}.ffn_norm"),
                        new TensorRule("transformer.h.{}.mlp.c_fc", "blk.{}.ffn_up", Layout.TRANSPOSED),
                        new TensorRule("transformer.h.{}.mlp.c_proj", "blk.{}.ffn_down", Layout.TRANSPOSED),
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
        String activation = config.text("activation_function", "gelu_new");
        refuseUnless(TANH_GELU.contains(activation), "activation_function " + activation + " for gpt2");
        refuseUnless(config.flag("scale_attn_weights", true), "attention without scale_attn_weights");
        refuseUnless(
                !config.flag("scale_attn_by_inverse_layer_idx", false),
                "attention scaled by scale_attn_by_inverse_layer_idx");
        int hidden = config.count("n_embd", "hidden_size");
        file.put(key("context_length"), config.count("n_positions", "n_ctx", "max_position_embeddings"))
                .put(key("embedding_length"), hidden)
                .put(key("block_count"), config.count("n_layer", "num_hidden_layers"))
                .put(key("feed_forward_length"), config.count("n_inner", 4 * hidden))
                .put(key("attention.head_count"), heads(config).queries())
                .put(key("attention.layer_norm_epsilon"), (float) config.number("layer_norm_epsilon", 1e-5));
    }

    @Override
    ObjectNode config(Metadata file) {
        return file.begin("gpt2", "GPT2LMHeadModel")
                .put("n_positions", file.count("context_length"))
                .put("n_embd", file.count("embedding_length"))
                .put("n_layer", file.count("block_count"))
                .put("n_head", file.count("attention.head_count"))
                .put("n_inner", file.count("feed_forward_length"))
                .put("activation_function", "gelu_new")
                .put("layer_norm_epsilon", file.number("attention.layer_norm_epsilon", 1e-5));
    }
}
