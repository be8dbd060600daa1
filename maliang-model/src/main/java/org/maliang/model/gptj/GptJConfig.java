package org.maliang.model.gptj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.DecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a GPT-J model, as Hugging Face's {@code config.json} describes it.
 *
 * @param rotaryDimensions of a head that turn
 * @param residualDropout of what attention and feed-forward layer give
 */
public record GptJConfig(
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        int layers,
        int heads,
        int feedForwardSize,
        Activation activation,
        int rotaryDimensions,
        double normEpsilon,
        double initialDeviation,
        Dropout embeddingDropout,
        Dropout attentionDropout,
        Dropout residualDropout,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements DecoderConfig {

    public GptJConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException("config.json: n_embd " + hiddenSize + " is not a multiple of n_head " + heads);
        }
        if (rotaryDimensions > hiddenSize / heads || rotaryDimensions % 2 != 0) {
            throw new ModelException("config.json: rotary_dim " + rotaryDimensions + " is odd or more than the "
                    + hiddenSize / heads + " dimensions of a head");
        }
    }

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    static GptJConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        int hidden = config.count("n_embd", "hidden_size");
        int heads = config.count("n_head", "num_attention_heads");
        boolean whole = json.has("rotary_dim") && json.get("rotary_dim").isNull(); // everything turns
        return new GptJConfig(
                config.count("vocab_size"),
                config.count("n_positions", "max_position_embeddings"),
                hidden,
                config.count("n_layer", "num_hidden_layers"),
                heads,
                config.count("n_inner", 4 * hidden),
                config.activation("activation_function", Activation.GELU_TANH),
                whole ? hidden / heads : config.count("rotary_dim", 64),
                config.number("layer_norm_epsilon", 1e-5),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("embd_pdrop", 0)),
                new Dropout(config.probability("attn_pdrop", 0)),
                new Dropout(config.probability("resid_pdrop", 0)),
                config.flag("tie_word_embeddings", false),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id"));
    }

    @Override
    public String family() {
        return "gptj";
    }

    @Override
    public boolean bounded() {
        return false;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add("GPTJForCausalLM");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("n_positions", contextLength)
                .put("n_embd", hiddenSize)
                .put("n_layer", layers)
                .put("n_head", heads)
                .put("n_inner", feedForwardSize)
                .put("activation_function", activation.id())
                .put("rotary_dim", rotaryDimensions)
                .put("layer_norm_epsilon", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("embd_pdrop", embeddingDropout.probability())
                .put("attn_pdrop", attentionDropout.probability())
                .put("resid_pdrop", residualDropout.probability())
                .put("tie_word_embeddings", tiedHead);
        writeIds(json);
        return json;
    }
}
