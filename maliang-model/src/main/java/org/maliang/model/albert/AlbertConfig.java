package org.maliang.model.albert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderConfig;
import org.maliang.model.HeadKind;
import org.maliang.model.ModelException;
import org.maliang.model.Task;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.bert.Distances;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of an ALBERT model.
 *
 * @param embeddingSize width of the token vectors
 * @param layers how often a group of layers is applied
 * @param groups groups of layers with weights of their own
 * @param innerLayers layers in a group
 * @param headDropout of what heads read
 * @param tiedHead whether the masked-word head is the token embedding
 */
public record AlbertConfig(
        Task task,
        int vocabularySize,
        int embeddingSize,
        int tokenTypes,
        int layers,
        int groups,
        int innerLayers,
        LayerShape layer,
        Dropout headDropout,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements EncoderConfig {

    private static final Set<HeadKind> KINDS = Set.of(
            HeadKind.ENCODER,
            HeadKind.MASKED_LM,
            HeadKind.PRETRAINING,
            HeadKind.CLASSIFICATION,
            HeadKind.TOKEN_CLASSIFICATION,
            HeadKind.QUESTION_ANSWERING,
            HeadKind.MULTIPLE_CHOICE);

    public AlbertConfig {
        if (groups > layers) {
            throw new ModelException(
                    "config.json: num_hidden_groups " + groups + " is more than num_hidden_layers " + layers);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of ALBERT-xxlarge. */
    public static AlbertConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!json.path("pruned_heads").isEmpty()) {
            throw new UnsupportedModelException(
                    "config.json: \"pruned_heads\" removes attention heads, which is not supported");
        }
        LayerShape layer = new LayerShape(
                config.count("hidden_size", 4096),
                config.count("num_attention_heads", 64),
                config.count("intermediate_size", 16384),
                config.activation("hidden_act", Activation.GELU_TANH),
                config.number("layer_norm_eps", 1e-12),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("hidden_dropout_prob", 0)),
                new Dropout(config.probability("attention_probs_dropout_prob", 0)),
                Distances.named(config.text("position_embedding_type", "absolute")),
                config.count("max_position_embeddings", 512));
        return new AlbertConfig(
                Task.of(json, "Albert", KINDS, HeadKind.MASKED_LM),
                config.count("vocab_size", 30000),
                config.count("embedding_size", 128),
                config.count("type_vocab_size", 2),
                config.count("num_hidden_layers", 12),
                config.count("num_hidden_groups", 1),
                config.count("inner_group_num", 1),
                layer,
                new Dropout(config.probability("classifier_dropout_prob", 0.1)),
                config.flag("tie_word_embeddings", true),
                config.id("bos_token_id", 2),
                config.id("eos_token_id", 3),
                config.id("pad_token_id", 0));
    }

    @Override
    public String family() {
        return "albert";
    }

    @Override
    public int contextLength() {
        return layer.positions();
    }

    @Override
    public int hiddenSize() {
        return layer.hidden();
    }

    @Override
    public int heads() {
        return layer.heads();
    }

    @Override
    public double initialDeviation() {
        return layer.deviation();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("embedding_size", embeddingSize)
                .put("max_position_embeddings", layer.positions())
                .put("type_vocab_size", tokenTypes)
                .put("num_hidden_layers", layers)
                .put("num_hidden_groups", groups)
                .put("inner_group_num", innerLayers)
                .put("hidden_size", layer.hidden())
                .put("num_attention_heads", layer.heads())
                .put("intermediate_size", layer.feedForward())
                .put("hidden_act", layer.activation().id())
                .put("layer_norm_eps", layer.epsilon())
                .put("initializer_range", layer.deviation())
                .put("hidden_dropout_prob", layer.dropout().probability())
                .put("attention_probs_dropout_prob", layer.attentionDropout().probability())
                .put("classifier_dropout_prob", headDropout.probability())
                .put("position_embedding_type", layer.distances().id())
                .put("tie_word_embeddings", tiedHead);
        writeIds(json);
        return json;
    }
}
