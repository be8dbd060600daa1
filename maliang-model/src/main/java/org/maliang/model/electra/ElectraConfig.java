package org.maliang.model.electra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderConfig;
import org.maliang.model.HeadKind;
import org.maliang.model.Task;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of an ELECTRA model.
 *
 * @param bert the shape of its layers
 * @param embeddingSize width of the token vectors; a projection follows where it is not the hidden size
 * @param summary how multiple choice sums a text up
 */
public record ElectraConfig(BertConfig bert, int embeddingSize, Summary summary) implements EncoderConfig {

    /**
     * The layer that makes one vector of the first token's.
     *
     * @param projected whether there is such a layer
     * @param activation behind it; empty for none
     */
    public record Summary(boolean projected, Optional<Activation> activation, Dropout before, Dropout after) {}

    private static final BertConfig.Defaults DEFAULTS = new BertConfig.Defaults(
            "electra",
            "Electra",
            Set.of(
                    HeadKind.ENCODER,
                    HeadKind.MASKED_LM,
                    HeadKind.PRETRAINING,
                    HeadKind.CLASSIFICATION,
                    HeadKind.TOKEN_CLASSIFICATION,
                    HeadKind.QUESTION_ANSWERING,
                    HeadKind.MULTIPLE_CHOICE),
            30522,
            256,
            12,
            4,
            1024,
            2,
            0);

    /** Reads {@code config.json}; keys it lacks have the defaults of ELECTRA-small. */
    public static ElectraConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        BertConfig bert = BertConfig.of(json, DEFAULTS);
        if (bert.task().kind() == HeadKind.MULTIPLE_CHOICE
                && !config.text("summary_type", "first").equals("first")) {
            throw new UnsupportedModelException(
                    "config.json: \"summary_type\" is " + json.path("summary_type") + ", only \"first\" is supported");
        }
        Optional<Activation> activation = json.has("summary_activation") && !json.hasNonNull("summary_activation")
                ? Optional.empty()
                : Optional.of(config.activation("summary_activation", Activation.GELU));
        return new ElectraConfig(
                bert,
                config.count("embedding_size", 128),
                new Summary(
                        config.flag("summary_use_proj", true),
                        activation,
                        new Dropout(config.probability("summary_first_dropout", 0)),
                        new Dropout(config.probability("summary_last_dropout", 0.1))));
    }

    @Override
    public String family() {
        return bert.family();
    }

    @Override
    public Task task() {
        return bert.task();
    }

    @Override
    public double initialDeviation() {
        return bert.initialDeviation();
    }

    @Override
    public Dropout headDropout() {
        return bert.headDropout();
    }

    @Override
    public int vocabularySize() {
        return bert.vocabularySize();
    }

    @Override
    public int contextLength() {
        return bert.contextLength();
    }

    @Override
    public int layers() {
        return bert.layers();
    }

    @Override
    public int hiddenSize() {
        return bert.hiddenSize();
    }

    @Override
    public int heads() {
        return bert.heads();
    }

    @Override
    public OptionalInt bosId() {
        return bert.bosId();
    }

    @Override
    public OptionalInt eosId() {
        return bert.eosId();
    }

    @Override
    public OptionalInt padId() {
        return bert.padId();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = bert.toJson()
                .put("embedding_size", embeddingSize)
                .put("summary_type", "first")
                .put("summary_use_proj", summary.projected())
                .put("summary_first_dropout", summary.before().probability())
                .put("summary_last_dropout", summary.after().probability());
        summary.activation()
                .ifPresentOrElse(
                        activation -> json.put("summary_activation", activation.id()),
                        () -> json.putNull("summary_activation"));
        return json;
    }
}
