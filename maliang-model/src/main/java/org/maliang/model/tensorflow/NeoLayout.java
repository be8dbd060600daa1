package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;

/**
 * EleutherAI's GPT-Neo of Mesh TensorFlow (github.com/EleutherAI/gpt-neo); what its tensors become is as in
 * {@code convert_gpt_neo_mesh_tf_to_pytorch.py} of Hugging Face's transformers. Its embedding may have more rows than there
 * are words.
 */
final class NeoLayout implements Layout {
    private static final String LAYER = "gpt2/h%d/";
    private static final String BODY = "transformer.h.%d.";
    private static final String VOCABULARY = "n_vocab";
    private static final String TOKENS = "transformer.wte.weight";

    /** Options of the program that Hugging Face's GPT-Neo has not. */
    private static final List<String> REFUSED = List.of(
            "axial_pos_emb",
            "macaron",
            "mlp_glu",
            "mlm_training",
            "moe_layers",
            "no_weight_tie",
            "num_mem_kv",
            "rezero",
            "rotary_emb",
            "scalenorm",
            "share_parameters");

    /** The program's GELU is that by tanh. */
    private static final Map<String, String> ACTIVATIONS =
            Map.of("gelu", "gelu_new", "relu", "relu", "silu", "silu", "swish", "silu");

    @Override
    public String title() {
        return "GPT-Neo of Mesh TensorFlow";
    }

    @Override
    public boolean knows(Weights stored) {
        return stored.names().contains("gpt2/wte") && stored.names().contains("gpt2/h0/attn/q");
    }

    @Override
    public NameTable names(ConfigReader given, Weights stored) {
        refuse(given.config());
        int words = given.config().hasNonNull(VOCABULARY) ? given.count(VOCABULARY) : 0;
        List<Rule> whole = List.of(
                Rule.table(TOKENS, "gpt2/wte").rows(words),
                Rule.table("transformer.wpe.weight", "gpt2/wpe"),
                Rule.vector("transformer.ln_f.weight", "gpt2/ln_f/g"),
                Rule.vector("transformer.ln_f.bias", "gpt2/ln_f/b"));
        List<Rule> layer = List.of(
                Rule.vector(BODY + "ln_1.weight", LAYER + "norm_1/g"),
                Rule.vector(BODY + "ln_1.bias", LAYER + "norm_1/b"),
                Rule.turned(BODY + "attn.attention.q_proj.weight", LAYER + "attn/q"),
                Rule.turned(BODY + "attn.attention.k_proj.weight", LAYER + "attn/k"),
                Rule.turned(BODY + "attn.attention.v_proj.weight", LAYER + "attn/v"),
                Rule.turned(BODY + "attn.attention.out_proj.weight", LAYER + "attn/o"),
                Rule.vector(BODY + "attn.attention.out_proj.bias", LAYER + "attn/compute_output_bias/o_b"),
                Rule.vector(BODY + "ln_2.weight", LAYER + "norm_2/g"),
                Rule.vector(BODY + "ln_2.bias", LAYER + "norm_2/b"),
                Rule.turned(BODY + "mlp.c_fc.weight", LAYER + "mlp/conv1d_main/c_fc/kernel"),
                Rule.vector(BODY + "mlp.c_fc.bias", LAYER + "mlp/conv1d_main/c_fc/bias"),
                Rule.turned(BODY + "mlp.c_proj.weight", LAYER + "mlp/conv1d_main/c_proj/kernel"),
                Rule.vector(BODY + "mlp.c_proj.bias", LAYER + "mlp/conv1d_main/c_proj/bias"));
        return new NameTable(whole, List.of(new NameTable.Stack(LAYER + "attn/q", layer)));
    }

    @Override
    public ObjectNode config(ConfigReader given, Weights weights, int heads) {
        String activation = given.text("activation_function", "gelu");
        if (!ACTIVATIONS.containsKey(activation)) {
            throw new UnsupportedModelException("the configuration of GPT-Neo: \"activation_function\" is \""
                    + activation + "\", which is not supported; "
                    + ACTIVATIONS.keySet().stream().sorted().toList() + " are");
        }
        if (!given.config().path("attention_types").isArray()) {
            throw new ModelException(
                    "the configuration of GPT-Neo is not beside the weights or lacks \"attention_types\":"
                            + " put the JSON file of the model into their directory");
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add("GPTNeoForCausalLM");
        config.put("model_type", "gpt_neo")
                .put("vocab_size", TensorFlowModel.size(weights, TOKENS, 0))
                .put("max_position_embeddings", TensorFlowModel.size(weights, "transformer.wpe.weight", 0))
                .put("hidden_size", given.count("n_embd"))
                .put("num_layers", given.count("n_layer"))
                .put("num_heads", TensorFlowModel.required(heads))
                .put("window_size", given.count("local_attention_radius", 256))
                .put("activation_function", ACTIVATIONS.get(activation))
                .put("layer_norm_epsilon", 1e-5)
                .put("resid_dropout", given.probability("res_dropout", 0))
                .put("embed_dropout", given.probability("embed_dropout", 0))
                .put("attention_dropout", given.probability("attn_dropout", 0));
        config.set("attention_types", given.config().get("attention_types"));
        given.id("eos_id").ifPresent(id -> config.put("bos_token_id", id).put("eos_token_id", id));
        return config;
    }

    private static void refuse(JsonNode given) {
        for (String key : REFUSED) {
            JsonNode value = given.path(key);
            boolean asked = value.isContainerNode() ? !value.isEmpty() : value.asBoolean() || value.asInt() > 0;
            if (asked) {
                throw new UnsupportedModelException("the configuration of GPT-Neo: \"" + key + "\" is " + value
                        + ", which is not supported: only plain GPT-Neo models are");
            }
        }
    }
}
