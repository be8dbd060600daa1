package org.maliang.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.model.ConfigReader;
import org.maliang.tensor.Tensor;

/** LLaMA and Mistral, which are one architecture there and turn neighbours; Qwen2 and Qwen3, which turn halves. */
final class LlamaArchitecture extends Architecture {
    private static final String FREQUENCIES = "rope_freqs.weight";

    private final String modelType;

    LlamaArchitecture(String name, String modelType) {
        super(name, "model.", rules(name.equals("llama")));
        this.modelType = modelType;
    }

    private static List<TensorRule> rules(boolean neighbours) {
        Layout queries = neighbours ? Layout.ROTARY_QUERIES : Layout.SAME;
        Layout keys = neighbours ? Layout.ROTARY_KEYS : Layout.SAME;
        return List.of(
                TensorRule.of("model.embed_tokens", "token_embd"),
                TensorRule.of("model.layers.{}.input_layernorm", "blk.{}.attn_norm"),
                new TensorRule("model.layers.{}.self_attn.q_proj", "blk.{}.attn_q", queries),
                new TensorRule("model.layers.{}.self_attn.k_proj", "blk.{}.attn_k", keys),
                TensorRule.of("model.layers.{}.self_attn.v_proj", "blk.{}.attn_v"),
                TensorRule.of("model.layers.{}.self_attn.q_norm", "blk.{}.attn_q_norm"),
                TensorRule.of("model.layers.{}.self_attn.k_norm", "blk.{}.attn_k_norm"),
                TensorRule.of("model.layers.{}.self_attn.o_proj", "blk.{}.attn_output"),
                TensorRule.of("model.layers.{}.post_attention_layernorm", "blk.{}.ffn_norm"),
                TensorRule.of("model.layers.{}.mlp.gate_proj", "blk.{}.ffn_gate"),
                TensorRule.of("model.layers.{}.mlp.up_proj", "blk.{}.ffn_up"),
                TensorRule.of("model.layers.{}.mlp.down_proj", "blk.{}.ffn_down"),
                TensorRule.of("model.norm", "output_norm"),
                TensorRule.of("lm_head", "output"));
    }

    @Override
    HeadCounts heads(ConfigReader config) {
        int heads = config.count("num_attention_heads");
        return new HeadCounts(heads, config.count("num_key_value_heads", modelType.equals("mistral") ? 8 : heads));
    }

    @Override
    boolean tiedByDefault() {
        return false;
    }

    @Override
    void describe(ConfigReader config, GgufWriter file, Consumer<String> remark) {
        String activation = config.text("hidden_act", "silu");
        refuseUnless(activation.equals("silu"), "hidden_act " + activation + " for " + modelType);
        int hidden = config.count("hidden_size");
        HeadCounts heads = heads(config);
        int headSize =
                config.count("head_dim", modelType.equals("qwen3") ? 128 : Math.max(1, hidden / heads.queries()));
        int context = config.count("max_position_embeddings", modelType.equals("llama") ? 2048 : 32768);
        file.put(key("context_length"), context)
                .put(key("embedding_length"), hidden)
                .put(key("block_count"), config.count("num_hidden_layers"))
                .put(key("feed_forward_length"), config.count("intermediate_size"))
                .put(key("attention.head_count"), heads.queries())
                .put(key("attention.head_count_kv"), heads.keys())
                .put(key("attention.key_length"), headSize)
                .put(key("attention.value_length"), headSize)
                .put(key("attention.layer_norm_rms_epsilon"), (float) config.number("rms_norm_eps", 1e-6))
                .put(key("rope.dimension_count"), headSize)
                .put(key("rope.freq_base"), (float) base(config));
        scale(config, file, headSize);
        boolean windowed = modelType.equals("mistral")
                ? !config.config().path("sliding_window").isNull() && config.count("sliding_window", 4096) < context
                : config.flag("use_sliding_window", false);
        if (windowed) {
            remark.accept("llama.cpp looks at all tokens where this model looks through sliding_window:"
                    + " what is longer than the window is written differently");
        }
    }

    /** {@code rope_theta}, which newer files have among the parameters of the scaling. */
    private static double base(ConfigReader config) {
        double inner =
                config.config().path("rope_parameters").path("rope_theta").asDouble(10000);
        return config.number("rope_theta", inner);
    }

    private static JsonNode scaling(ConfigReader config) {
        JsonNode newer = config.config().path("rope_parameters");
        return newer.isObject() ? newer : config.config().path("rope_scaling");
    }

    private void scale(ConfigReader config, GgufWriter file, int headSize) {
        JsonNode scaling = scaling(config);
        String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        float factor = (float) scaling.path("factor").asDouble(1);
        switch (type) {
            case "default" -> {}
            case "linear" -> file.put(key("rope.scaling.type"), "linear").put(key("rope.scaling.factor"), factor);
            case "yarn" -> {
                int trained = scaling.path("original_max_position_embeddings")
                        .asInt(config.count("max_position_embeddings", 32768));
                file.put(key("rope.scaling.type"), "yarn")
                        .put(key("rope.scaling.factor"), factor)
                        .put(key("rope.scaling.original_context_length"), trained);
            }
            case "llama3" -> {
                float[] divisors = divisors(scaling, base(config), headSize);
                file.tensor(
                        FREQUENCIES,
                        GgufType.F32,
                        List.of((long) divisors.length),
                        () -> Tensor.of(divisors, divisors.length));
            }
            default -> refuseUnless(false, "rope_scaling of type " + type);
        }
    }

    /** What Llama 3.1 divides the frequencies by: high ones by nothing, low ones by the factor. */
    private static float[] divisors(JsonNode scaling, double base, int headSize) {
        double factor = scaling.path("factor").asDouble(8);
        double low = scaling.path("low_freq_factor").asDouble(1);
        double high = scaling.path("high_freq_factor").asDouble(4);
        double trained = scaling.path("original_max_position_embeddings").asDouble(8192);
        float[] divisors = new float[headSize / 2];
        for (int i = 0; i < divisors.length; i++) {
            double turns = trained * Math.pow(base, -2.0 * i / headSize) / (2 * Math.PI);
            double smooth = Math.min(1, Math.max(0, (turns - low) / (high - low)));
            divisors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
        }
        return divisors;
    }

    @Override
    ObjectNode config(Metadata file) {
        if (file.file().names().contains(FREQUENCIES)) {
            throw new CheckpointException(
                    file.file().source(),
                    "scales its rotary frequencies as Llama 3.1 does, but does not say how",
                    "take config.json and the weights from the model it was made of");
        }
        int hidden = file.count("embedding_length");
        int heads = file.count("attention.head_count");
        ObjectNode config = file.begin(modelType, className());
        config.put("max_position_embeddings", file.count("context_length"))
                .put("hidden_size", hidden)
                .put("num_hidden_layers", file.count("block_count"))
                .put("intermediate_size", file.count("feed_forward_length"))
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", file.count("attention.head_count_kv", heads))
                .put("head_dim", file.count("attention.key_length", Math.max(1, hidden / heads)))
                .put("hidden_act", "silu")
                .put("rms_norm_eps", file.number("attention.layer_norm_rms_epsilon", 1e-6))
                .put("rope_theta", file.number("rope.freq_base", 10000));
        if (modelType.equals("llama")) {
            config.put("attention_bias", file.file().names().contains("blk.0.attn_q.bias"))
                    .put("mlp_bias", file.file().names().contains("blk.0.ffn_up.bias"));
        }
        scaling(file).ifPresent(scaling -> config.set("rope_scaling", scaling));
        return config;
    }

    private String className() {
        return modelType.substring(0, 1).toUpperCase(Locale.ROOT) + modelType.substring(1) + "ForCausalLM";
    }

    private static Optional<ObjectNode> scaling(Metadata file) {
        String type = file.text("rope.scaling.type", "none");
        if (type.equals("none")) {
            return Optional.empty();
        }
        if (!type.equals("linear") && !type.equals("yarn")) {
            throw new CheckpointException(
                    file.file().source(),
                    "scales its rotary positions by " + CheckpointException.quote(type),
                    "only linear and yarn are read");
        }
        ObjectNode scaling = JsonNodeFactory.instance.objectNode();
        scaling.put("rope_type", type).put("factor", file.number("rope.scaling.factor", 1));
        if (type.equals("yarn")) {
            scaling.put(
                    "original_max_position_embeddings",
                    file.count("rope.scaling.original_context_length", file.count("context_length")));
        }
        return Optional.of(scaling);
    }
}
