package org.maliang.model.distilbert;

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
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a DistilBERT model.
 *
 * @param sinusoidal whether the position table that files hold was computed and not learned
 * @param tiedHead whether the masked-word head is the token embedding
 */
public record DistilBertConfig(
        Task task,
        int vocabularySize,
        int contextLength,
        boolean sinusoidal,
        int layers,
        int heads,
        int hiddenSize,
        int feedForwardSize,
        Activation activation,
        double initialDeviation,
        Dropouts dropouts,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements EncoderConfig {

    /** Probabilities that an element is dropped: in layers, in attention weights, before the heads that read spans and texts. */
    public record Dropouts(Dropout layers, Dropout attention, Dropout spans, Dropout texts) {}

    /** Added to variances; the family has no key for it. */
    static final double EPSILON = 1e-12;

    private static final Set<HeadKind> KINDS = Set.of(
            HeadKind.ENCODER,
            HeadKind.MASKED_LM,
            HeadKind.CLASSIFICATION,
            HeadKind.TOKEN_CLASSIFICATION,
            HeadKind.QUESTION_ANSWERING,
            HeadKind.MULTIPLE_CHOICE);

    public DistilBertConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException("config.json: dim " + hiddenSize + " is not a multiple of n_heads " + heads);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of DistilBERT-base. */
    public static DistilBertConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!json.path("pruned_heads").isEmpty()) {
            throw new UnsupportedModelException(
                    "config.json: \"pruned_heads\" removes attention heads, which is not supported");
        }
        return new DistilBertConfig(
                Task.of(json, "DistilBert", KINDS, HeadKind.MASKED_LM),
                config.count("vocab_size", 30522),
                config.count("max_position_embeddings", 512),
                config.flag("sinusoidal_pos_embds", false),
                config.count("n_layers", config.count("num_hidden_layers", 6)),
                config.count("n_heads", config.count("num_attention_heads", 12)),
                config.count("dim", config.count("hidden_size", 768)),
                config.count("hidden_dim", 3072),
                config.activation("activation", Activation.GELU),
                config.number("initializer_range", 0.02),
                new Dropouts(
                        new Dropout(config.probability("dropout", 0.1)),
                        new Dropout(config.probability("attention_dropout", 0.1)),
                        new Dropout(config.probability("qa_dropout", 0.1)),
                        new Dropout(config.probability("seq_classif_dropout", 0.2))),
                config.flag("tie_word_embeddings", true),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id", 0));
    }

    @Override
    public String family() {
        return "distilbert";
    }

    @Override
    public Dropout headDropout() {
        return dropouts.layers();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        json.put("model_type", family())
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", contextLength)
                .put("sinusoidal_pos_embds", sinusoidal)
                .put("n_layers", layers)
                .put("n_heads", heads)
                .put("dim", hiddenSize)
                .put("hidden_dim", feedForwardSize)
                .put("activation", activation.id())
                .put("initializer_range", initialDeviation)
                .put("dropout", dropouts.layers().probability())
                .put("attention_dropout", dropouts.attention().probability())
                .put("qa_dropout", dropouts.spans().probability())
                .put("seq_classif_dropout", dropouts.texts().probability())
                .put("tie_word_embeddings", tiedHead);
        writeIds(json);
        return json;
    }
}
