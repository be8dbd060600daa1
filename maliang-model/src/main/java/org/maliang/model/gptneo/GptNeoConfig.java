package org.maliang.model.gptneo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.maliang.model.ConfigReader;
import org.maliang.model.DecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a GPT-Neo model, as Hugging Face's {@code config.json} describes it.
 *
 * @param local which layers see the last {@code window} tokens only
 * @param window how many tokens a local layer sees, itself included
 */
public record GptNeoConfig(
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        List<Boolean> local,
        int heads,
        int feedForwardSize,
        int window,
        Activation activation,
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

    public GptNeoConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hiddenSize + " is not a multiple of num_heads " + heads);
        }
        local = List.copyOf(local);
    }

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    static GptNeoConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        int hidden = config.count("hidden_size");
        int layers = config.count("num_layers", config.count("num_hidden_layers", 24));
        List<Boolean> local = pattern(json, layers);
        if (layers != local.size()) {
            throw new ModelException(
                    "config.json: attention_types describes " + local.size() + " layers, num_layers says " + layers);
        }
        return new GptNeoConfig(
                config.count("vocab_size"),
                config.count("max_position_embeddings"),
                hidden,
                local,
                config.count("num_heads", "num_attention_heads"),
                config.count("intermediate_size", 4 * hidden),
                config.count("window_size", 256),
                config.activation("activation_function", Activation.GELU_TANH),
                config.number("layer_norm_epsilon", 1e-5),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("embed_dropout", 0)),
                new Dropout(config.probability("attention_dropout", 0)),
                new Dropout(config.probability("resid_dropout", 0)),
                config.flag("tie_word_embeddings", true),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id"));
    }

    /** {@code [[["global", "local"], 12]]}: patterns and how often each is repeated; where absent, the two take turns. */
    private static List<Boolean> pattern(JsonNode json, int layers) {
        List<Boolean> local = new ArrayList<>();
        JsonNode types = json.path("attention_types");
        if (!types.isArray()) {
            return IntStream.range(0, layers).mapToObj(layer -> layer % 2 == 1).toList();
        }
        for (JsonNode group : types) {
            int times = group.path(1).asInt();
            if (times < 1 || times > 10_000 || !group.path(0).isArray()) {
                throw new ModelException(
                        "config.json: attention_types has " + group + ", expected [[types…], repeats]");
            }
            for (int i = 0; i < times; i++) {
                group.get(0).forEach(type -> local.add(isLocal(type.asText())));
            }
        }
        return local;
    }

    private static boolean isLocal(String type) {
        if (!type.equals("global") && !type.equals("local")) {
            throw new UnsupportedModelException(
                    "config.json: attention of type \"" + type + "\" is not supported; global and local are");
        }
        return type.equals("local");
    }

    @Override
    public String family() {
        return "gpt_neo";
    }

    @Override
    public int layers() {
        return local.size();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add("GPTNeoForCausalLM");
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", contextLength)
                .put("hidden_size", hiddenSize)
                .put("num_layers", layers())
                .put("num_heads", heads)
                .put("intermediate_size", feedForwardSize)
                .put("window_size", window)
                .put("activation_function", activation.id())
                .put("layer_norm_epsilon", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("embed_dropout", embeddingDropout.probability())
                .put("attention_dropout", attentionDropout.probability())
                .put("resid_dropout", residualDropout.probability())
                .put("tie_word_embeddings", tiedHead);
        ArrayNode group = json.putArray("attention_types").addArray();
        ArrayNode types = group.addArray();
        group.add(1);
        ArrayNode layers = json.putArray("attention_layers");
        local.forEach(one -> {
            types.add(one ? "local" : "global");
            layers.add(one ? "local" : "global");
        });
        writeIds(json);
        return json;
    }
}
