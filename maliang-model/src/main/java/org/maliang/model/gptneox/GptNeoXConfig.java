package org.maliang.model.gptneox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.DecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a GPT-NeoX or Pythia model, as Hugging Face's {@code config.json} describes it.
 *
 * @param rotaryShare how much of every head turns
 * @param rotaryBase base of the rotary frequencies
 * @param parallelResidual whether attention and feed-forward layer read the same input
 */
public record GptNeoXConfig(
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        int layers,
        int heads,
        int feedForwardSize,
        Activation activation,
        double rotaryShare,
        double rotaryBase,
        boolean parallelResidual,
        boolean attentionBias,
        double normEpsilon,
        double initialDeviation,
        Dropout attentionDropout,
        Dropout hiddenDropout,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements DecoderConfig {

    public GptNeoXConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
        }
        if (!(rotaryShare >= 0 && rotaryShare <= 1) || turning(hiddenSize / heads, rotaryShare) % 2 != 0) {
            throw new ModelException("config.json: rotary_pct " + rotaryShare + " of the " + hiddenSize / heads
                    + " dimensions of a head is no even number of them");
        }
    }

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    static GptNeoXConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        ConfigReader newer = new ConfigReader(json.path("rope_parameters")); // transformers 5
        JsonNode scaling = newer.config().isObject() ? newer.config() : json.path("rope_scaling");
        if (scaling.isObject()
                && !scaling.path("rope_type")
                        .asText(scaling.path("type").asText("default"))
                        .equals("default")) {
            throw new UnsupportedModelException(
                    "config.json: rope_scaling " + scaling + " is not supported for gpt_neox");
        }
        double share = config.number("rotary_pct", config.number("partial_rotary_factor", 0.25));
        double base = config.number("rotary_emb_base", config.number("rope_theta", 10000));
        return new GptNeoXConfig(
                config.count("vocab_size"),
                config.count("max_position_embeddings", 2048),
                config.count("hidden_size"),
                config.count("num_hidden_layers"),
                config.count("num_attention_heads"),
                config.count("intermediate_size"),
                config.activation("hidden_act", Activation.GELU),
                newer.number("partial_rotary_factor", share),
                newer.number("rope_theta", base),
                config.flag("use_parallel_residual", true),
                config.flag("attention_bias", true),
                config.number("layer_norm_eps", 1e-5),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("attention_dropout", 0)),
                new Dropout(config.probability("hidden_dropout", 0)),
                config.flag("tie_word_embeddings", false),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id"));
    }

    @Override
    public String family() {
        return "gpt_neox";
    }

    @Override
    public boolean bounded() {
        return false;
    }

    /** Dimensions of a head that turn. */
    int rotaryDimensions() {
        return turning(headSize(), rotaryShare);
    }

    private static int turning(int headSize, double share) {
        return (int) (headSize * share);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add("GPTNeoXForCausalLM");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", contextLength)
                .put("hidden_size", hiddenSize)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("intermediate_size", feedForwardSize)
                .put("hidden_act", activation.id())
                .put("rotary_pct", rotaryShare)
                .put("rotary_emb_base", rotaryBase)
                .put("use_parallel_residual", parallelResidual)
                .put("attention_bias", attentionBias)
                .put("layer_norm_eps", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("attention_dropout", attentionDropout.probability())
                .put("hidden_dropout", hiddenDropout.probability())
                .put("tie_word_embeddings", tiedHead);
        writeIds(json);
        return json;
    }
}
