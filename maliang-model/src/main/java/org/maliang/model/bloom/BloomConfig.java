package org.maliang.model.bloom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.DecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a BLOOM model, as Hugging Face's {@code config.json} describes it.
 *
 * @param contextLength what it was trained on; linear biases go on beyond it
 * @param residualAfterNorm whether the residual path takes what the norm before a branch gives
 */
public record BloomConfig(
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        int layers,
        int heads,
        boolean residualAfterNorm,
        double normEpsilon,
        double initialDeviation,
        Dropout attentionDropout,
        Dropout hiddenDropout,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements DecoderConfig {

    private static final int TRAINED_CONTEXT = 2048;

    public BloomConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hiddenSize + " is not a multiple of n_head " + heads);
        }
    }

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    static BloomConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        return new BloomConfig(
                config.count("vocab_size"),
                config.count("seq_length", TRAINED_CONTEXT),
                config.count("hidden_size", "n_embed"),
                config.count("n_layer", "num_hidden_layers"),
                config.count("n_head", "num_attention_heads"),
                config.flag("apply_residual_connection_post_layernorm", false),
                config.number("layer_norm_epsilon", 1e-5),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("attention_dropout", 0)),
                new Dropout(config.probability("hidden_dropout", 0)),
                config.flag("tie_word_embeddings", true),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id"));
    }

    @Override
    public String family() {
        return "bloom";
    }

    @Override
    public boolean bounded() {
        return false;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add("BloomForCausalLM");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("seq_length", contextLength)
                .put("hidden_size", hiddenSize)
                .put("n_layer", layers)
                .put("n_head", heads)
                .put("apply_residual_connection_post_layernorm", residualAfterNorm)
                .put("layer_norm_epsilon", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("attention_dropout", attentionDropout.probability())
                .put("hidden_dropout", hiddenDropout.probability())
                .put("tie_word_embeddings", tiedHead);
        writeIds(json);
        return json;
    }
}
