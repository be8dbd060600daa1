package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ConfigReader;

/**
 * OpenAI's GPT-2 (github.com/openai/gpt-2) and what was trained with its program: {@code model/h0/attn/c_attn/w} and so on,
 * with {@code hparams.json}.
 */
final class Gpt2Layout implements Layout {
    private static final String LAYER = "model/h%d/";
    private static final String BODY = "transformer.h.%d.";
    private static final int OPENAI_WORDS = 50_257; // the last of which ends a text

    @Override
    public String title() {
        return "GPT-2 of OpenAI";
    }

    @Override
    public boolean knows(Weights stored) {
        return stored.names().contains("model/wte") && stored.names().contains("model/h0/attn/c_attn/w");
    }

    @Override
    public NameTable names(ConfigReader given, Weights stored) {
        List<Rule> whole = List.of(
                Rule.table("transformer.wte.weight", "model/wte"),
                Rule.table("transformer.wpe.weight", "model/wpe"),
                Rule.vector("transformer.ln_f.weight", "model/ln_f/g"),
                Rule.vector("transformer.ln_f.bias", "model/ln_f/b"));
        List<Rule> layer = List.of(
                Rule.vector(BODY + "ln_1.weight", LAYER + "ln_1/g"),
                Rule.vector(BODY + "ln_1.bias", LAYER + "ln_1/b"),
                Rule.table(BODY + "attn.c_attn.weight", LAYER + "attn/c_attn/w"),
                Rule.vector(BODY + "attn.c_attn.bias", LAYER + "attn/c_attn/b"),
                Rule.table(BODY + "attn.c_proj.weight", LAYER + "attn/c_proj/w"),
                Rule.vector(BODY + "attn.c_proj.bias", LAYER + "attn/c_proj/b"),
                Rule.vector(BODY + "ln_2.weight", LAYER + "ln_2/g"),
                Rule.vector(BODY + "ln_2.bias", LAYER + "ln_2/b"),
                Rule.table(BODY + "mlp.c_fc.weight", LAYER + "mlp/c_fc/w"),
                Rule.vector(BODY + "mlp.c_fc.bias", LAYER + "mlp/c_fc/b"),
                Rule.table(BODY + "mlp.c_proj.weight", LAYER + "mlp/c_proj/w"),
                Rule.vector(BODY + "mlp.c_proj.bias", LAYER + "mlp/c_proj/b"));
        return new NameTable(whole, List.of(new NameTable.Stack(LAYER + "attn/c_attn/w", layer)));
    }

    @Override
    public ObjectNode config(ConfigReader given, Weights weights, int heads) {
        ObjectNode config = shape(weights).put("n_head", TensorFlowModel.required(heads));
        if (config.get("vocab_size").asInt() == OPENAI_WORDS) {
            config.put("bos_token_id", OPENAI_WORDS - 1).put("eos_token_id", OPENAI_WORDS - 1);
        }
        for (String key : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
            given.id(key).ifPresent(id -> config.put(key, id));
        }
        return config;
    }

    /** The configuration of a GPT-2, but for its heads. */
    static ObjectNode shape(Weights weights) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add("GPT2LMHeadModel");
        return config.put("model_type", "gpt2")
                .put("vocab_size", TensorFlowModel.size(weights, "transformer.wte.weight", 0))
                .put("n_positions", TensorFlowModel.size(weights, "transformer.wpe.weight", 0))
                .put("n_embd", TensorFlowModel.size(weights, "transformer.wte.weight", 1))
                .put("n_layer", NameTable.count(weights, BODY + "ln_1.weight"))
                .put("n_inner", TensorFlowModel.size(weights, "transformer.h.0.mlp.c_fc.weight", 1))
                .put("activation_function", "gelu_new")
                .put("layer_norm_epsilon", 1e-5);
    }
}
