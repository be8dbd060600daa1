package org.maliang.model.opt;

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
 * The shape of an OPT model, as Hugging Face's {@code config.json} describes it.
 *
 * @param embeddingSize of the token vectors, which are projected where it is not the hidden size
 * @param layerDrop probability that a layer is left out while training
 * @param normBefore whether norms stand before the branches, and one at the end
 */
public record OptConfig(
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        int embeddingSize,
        int layers,
        int heads,
        int feedForwardSize,
        Activation activation,
        boolean normBefore,
        boolean finalNorm,
        boolean bias,
        double initialDeviation,
        Dropout attentionDropout,
        Dropout dropout,
        double layerDrop,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements DecoderConfig {

    public OptConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
        }
    }

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    static OptConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!config.flag("layer_norm_elementwise_affine", true)) {
            throw new UnsupportedModelException(
                    "config.json: layer_norm_elementwise_affine false is not supported: norms have weights");
        }
        int hidden = config.count("hidden_size");
        boolean before = config.flag("do_layer_norm_before", true);
        return new OptConfig(
                config.count("vocab_size"),
                config.count("max_position_embeddings", 2048),
                hidden,
                config.count("word_embed_proj_dim", hidden),
                config.count("num_hidden_layers"),
                config.count("num_attention_heads"),
                config.count("ffn_dim"),
                config.activation("activation_function", Activation.RELU),
                before,
                before && !config.flag("_remove_final_layer_norm", false),
                config.flag("enable_bias", true),
                config.number("init_std", 0.02),
                new Dropout(config.probability("attention_dropout", 0)),
                new Dropout(config.probability("dropout", 0.1)),
                config.probability("layerdrop", 0),
                config.flag("tie_word_embeddings", true),
                config.id("bos_token_id", 2),
                config.id("eos_token_id", 2),
                config.id("pad_token_id", 1));
    }

    @Override
    public String family() {
        return "opt";
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add("OPTForCausalLM");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", contextLength)
                .put("hidden_size", hiddenSize)
                .put("word_embed_proj_dim", embeddingSize)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("ffn_dim", feedForwardSize)
                .put("activation_function", activation.id())
                .put("do_layer_norm_before", normBefore)
                .put("_remove_final_layer_norm", normBefore && !finalNorm)
                .put("enable_bias", bias)
                .put("init_std", initialDeviation)
                .put("attention_dropout", attentionDropout.probability())
                .put("dropout", dropout.probability())
                .put("layerdrop", layerDrop)
                .put("tie_word_embeddings", tiedHead);
        writeIds(json);
        return json;
    }
}
