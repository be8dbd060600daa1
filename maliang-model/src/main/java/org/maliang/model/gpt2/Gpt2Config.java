package org.maliang.model.gpt2;

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
 * The shape of a GPT-2 or GPT-3 model, as Hugging Face's {@code config.json} describes it.
 *
 * @param feedForwardSize width of the feed-forward layer, 4 × hidden by default
 * @param initialDeviation standard deviation of fresh weights
 * @param dropout probabilities while training
 * @param scaleByHeadSize whether attention scores are divided by √headSize
 * @param scaleByLayer whether layer {@code i} divides its attention scores by {@code i + 1} besides
 * @param tiedHead whether the head is the token embedding
 * @param crossAttention whether every layer can look at a source
 */
public record Gpt2Config(
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        int layers,
        int heads,
        int feedForwardSize,
        Activation activation,
        double normEpsilon,
        double initialDeviation,
        Dropouts dropout,
        boolean scaleByHeadSize,
        boolean scaleByLayer,
        boolean tiedHead,
        boolean crossAttention,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements DecoderConfig {

    /** Probabilities that an element is dropped: after the embedding, in the attention weights, on the residual branches. */
    public record Dropouts(Dropout embedding, Dropout attention, Dropout residual) {}

    public Gpt2Config {
        if (hiddenSize % heads != 0) {
            throw new ModelException("config.json: n_embd " + hiddenSize + " is not a multiple of n_head " + heads);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of GPT-2. */
    public static Gpt2Config of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        int hidden = config.count("n_embd", "hidden_size");
        return new Gpt2Config(
                config.count("vocab_size"),
                config.count("n_positions", "n_ctx", "max_position_embeddings"),
                hidden,
                config.count("n_layer", "num_hidden_layers"),
                config.count("n_head", "num_attention_heads"),
                config.count("n_inner", 4 * hidden),
                config.activation("activation_function", Activation.GELU_TANH),
                config.number("layer_norm_epsilon", 1e-5),
                config.number("initializer_range", 0.02),
                new Dropouts(
                        new Dropout(config.probability("embd_pdrop", 0.1)),
                        new Dropout(config.probability("attn_pdrop", 0.1)),
                        new Dropout(config.probability("resid_pdrop", 0.1))),
                config.flag("scale_attn_weights", true),
                config.flag("scale_attn_by_inverse_layer_idx", false),
                config.flag("tie_word_embeddings", true),
                config.flag("add_cross_attention", false),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id"));
    }

    @Override
    public String family() {
        return "gpt2";
    }

    /** The factor on the attention scores of layer {@code layer}. */
    public double attentionScale(int layer) {
        double scale = scaleByHeadSize ? 1 / Math.sqrt(headSize()) : 1;
        return scaleByLayer ? scale / (layer + 1) : scale;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add("GPT2LMHeadModel");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("n_positions", contextLength)
                .put("n_embd", hiddenSize)
                .put("n_layer", layers)
                .put("n_head", heads)
                .put("n_inner", feedForwardSize)
                .put("activation_function", activation.id())
                .put("layer_norm_epsilon", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("embd_pdrop", dropout.embedding().probability())
                .put("attn_pdrop", dropout.attention().probability())
                .put("resid_pdrop", dropout.residual().probability())
                .put("scale_attn_weights", scaleByHeadSize)
                .put("scale_attn_by_inverse_layer_idx", scaleByLayer)
                .put("tie_word_embeddings", tiedHead);
        if (crossAttention) {
            json.put("add_cross_attention", true);
        }
        writeIds(json);
        return json;
    }
}
