package org.maliang.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.DecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a LLaMA, Mistral, Qwen2 or Qwen3 model, as Hugging Face's {@code config.json} describes it.
 *
 * @param positions {@code max_position_embeddings}; scaled rotary positions may reach further
 * @param biases which projections have a bias
 * @param headNorm whether queries and keys are normalised head by head (Qwen3)
 * @param window how many tokens a windowed layer sees, itself included; 0 for no limit
 * @param windowed which layers look through the window
 */
public record LlamaConfig(
        Dialect dialect,
        int vocabularySize,
        int positions,
        int hiddenSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int feedForwardSize,
        Activation activation,
        double normEpsilon,
        double initialDeviation,
        RotaryScaling rotary,
        Biases biases,
        boolean headNorm,
        int window,
        List<Boolean> windowed,
        Dropout attentionDropout,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements DecoderConfig {

    /** Biases of queries, keys and values; of the attention's output; of the feed-forward layer. */
    public record Biases(boolean heads, boolean output, boolean feedForward) {}

    /** The families that share this architecture, with what their configurations leave unsaid. */
    public enum Dialect {
        LLAMA("llama", "Llama", 2048, 1e-6),
        MISTRAL("mistral", "Mistral", 131072, 1e-6),
        QWEN2("qwen2", "Qwen2", 32768, 1e-6),
        QWEN3("qwen3", "Qwen3", 32768, 1e-6);

        private final String modelType;
        private final String className;
        private final int context;
        private final double epsilon;

        Dialect(String modelType, String className, int context, double epsilon) {
            this.modelType = modelType;
            this.className = className;
            this.context = context;
            this.epsilon = epsilon;
        }

        public String modelType() {
            return modelType;
        }
    }

    public LlamaConfig {
        if (heads % keyValueHeads != 0) {
            throw new ModelException("config.json: num_attention_heads " + heads
                    + " is not a multiple of num_key_value_heads " + keyValueHeads);
        }
        if (headSize % 2 != 0) {
            throw new ModelException("config.json: heads of " + headSize + " dimensions cannot turn in pairs");
        }
        windowed = List.copyOf(windowed);
    }

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    public static LlamaConfig of(Dialect dialect, JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        int hidden = config.count("hidden_size");
        int heads = config.count("num_attention_heads");
        int layers = config.count("num_hidden_layers");
        int headSize = config.count("head_dim", dialect == Dialect.QWEN3 ? 128 : headSize(hidden, heads, json));
        int context = config.count("max_position_embeddings", dialect.context);
        int window = window(dialect, config);
        return new LlamaConfig(
                dialect,
                config.count("vocab_size"),
                context,
                hidden,
                layers,
                heads,
                config.count("num_key_value_heads", dialect == Dialect.MISTRAL ? 8 : heads),
                headSize,
                config.count("intermediate_size"),
                config.activation("hidden_act", Activation.SILU),
                config.number("rms_norm_eps", dialect.epsilon),
                config.number("initializer_range", 0.02),
                RotaryScaling.of(json, headSize, context),
                biases(dialect, config),
                dialect == Dialect.QWEN3,
                window,
                windowed(dialect, config, window, layers),
                new Dropout(config.probability("attention_dropout", 0)),
                config.flag("tie_word_embeddings", false),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id"));
    }

    private static int headSize(int hidden, int heads, JsonNode json) {
        if (hidden % heads != 0 && !json.hasNonNull("head_dim")) {
            throw new ModelException(
                    "config.json: hidden_size " + hidden + " is not a multiple of num_attention_heads " + heads);
        }
        return Math.max(1, hidden / heads);
    }

    private static Biases biases(Dialect dialect, ConfigReader config) {
        if (dialect == Dialect.QWEN2) {
            return new Biases(true, false, false);
        }
        boolean attention = config.flag("attention_bias", false);
        return new Biases(attention, attention, config.flag("mlp_bias", false));
    }

    private static int window(Dialect dialect, ConfigReader config) {
        boolean used = switch (dialect) {
            case LLAMA -> false;
            case MISTRAL -> true;
            case QWEN2, QWEN3 -> config.flag("use_sliding_window", false);
        };
        boolean unlimited = config.config().path("sliding_window").isNull();
        return used && !unlimited ? config.count("sliding_window", 4096) : 0;
    }

    /** {@code layer_types} where it is given; else all layers, for Qwen those from {@code max_window_layers} on. */
    private static List<Boolean> windowed(Dialect dialect, ConfigReader config, int window, int layers) {
        JsonNode types = config.config().path("layer_types");
        types.forEach(type -> refuseUnknown(type.asText(), window));
        if (types.isArray() && types.size() != layers) {
            throw new ModelException("config.json: layer_types names " + types.size() + " layers of " + layers);
        }
        int first = dialect == Dialect.MISTRAL ? 0 : (int) config.number("max_window_layers", 28);
        List<Boolean> windowed = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            boolean local = types.isArray() ? types.get(layer).asText().equals("sliding_attention") : layer >= first;
            windowed.add(window > 0 && local);
        }
        return windowed;
    }

    private static void refuseUnknown(String type, int window) {
        if (!type.equals("full_attention") && !type.equals("sliding_attention")) {
            throw new UnsupportedModelException("config.json: layer_types names \"" + type
                    + "\", which is not supported; full_attention and sliding_attention are");
        }
        if (type.equals("sliding_attention") && window == 0) {
            throw new ModelException("config.json: layer_types names sliding_attention, but no window is in use: set"
                    + " use_sliding_window and sliding_window");
        }
    }

    @Override
    public String family() {
        return dialect.modelType;
    }

    @Override
    public int contextLength() {
        return rotary.reach();
    }

    /** Rotary positions go on beyond what the model was trained on, with less sense. */
    @Override
    public boolean bounded() {
        return false;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(dialect.className + "ForCausalLM");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", positions)
                .put("hidden_size", hiddenSize)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", keyValueHeads)
                .put("head_dim", headSize)
                .put("intermediate_size", feedForwardSize)
                .put("hidden_act", activation.id())
                .put("rms_norm_eps", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("attention_dropout", attentionDropout.probability())
                .put("tie_word_embeddings", tiedHead);
        rotary.write(json);
        if (dialect != Dialect.QWEN2) {
            json.put("attention_bias", biases.heads()).put("mlp_bias", biases.feedForward());
        }
        if (dialect == Dialect.MISTRAL && window == 0) {
            json.putNull("sliding_window");
        } else if (window > 0) {
            json.put("sliding_window", window).put("use_sliding_window", true);
            var types = json.putArray("layer_types");
            windowed.forEach(local -> types.add(local ? "sliding_attention" : "full_attention"));
        }
        writeIds(json);
        return json;
    }
}
