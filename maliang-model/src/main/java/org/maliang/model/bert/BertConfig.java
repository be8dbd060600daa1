package org.maliang.model.bert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderConfig;
import org.maliang.model.HeadKind;
import org.maliang.model.Task;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of BERT and of the families whose {@code config.json} has the same keys.
 *
 * @param positionRows rows of the position table
 * @param positionOffset rows of it that no text uses: RoBERTa counts from behind its padding id
 * @param tokenTypes segments that tokens may belong to
 * @param taskTypes tasks that tokens may be read for; 0 in families that know none
 * @param ownHeadDropout of what heads read; that of the layers where it is empty
 * @param tiedHead whether the masked-word head is the token embedding
 */
public record BertConfig(
        String family,
        Task task,
        int vocabularySize,
        int positionRows,
        int positionOffset,
        int tokenTypes,
        int taskTypes,
        int layers,
        LayerShape layer,
        Optional<Dropout> ownHeadDropout,
        boolean tiedHead,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements EncoderConfig {

    /**
     * What keys are worth where they are absent.
     *
     * @param className what names of the family's classes begin with
     * @param padId the padding id, which in RoBERTa moves positions too
     */
    public record Defaults(
            String family,
            String className,
            Set<HeadKind> kinds,
            int vocabulary,
            int hidden,
            int layers,
            int heads,
            int feedForward,
            int tokenTypes,
            int padId) {}

    private static final Set<HeadKind> KINDS = Set.of(
            HeadKind.ENCODER,
            HeadKind.MASKED_LM,
            HeadKind.PRETRAINING,
            HeadKind.NEXT_SENTENCE,
            HeadKind.CLASSIFICATION,
            HeadKind.TOKEN_CLASSIFICATION,
            HeadKind.QUESTION_ANSWERING,
            HeadKind.MULTIPLE_CHOICE);

    /** The defaults of a family that is as large as BERT. */
    public static Defaults defaults(String family, String className) {
        return new Defaults(family, className, KINDS, 30522, 768, 12, 12, 3072, 2, 0);
    }

    /** Reads {@code config.json}. */
    public static BertConfig of(JsonNode json, Defaults defaults) {
        ConfigReader config = new ConfigReader(json);
        refuse(config, json);
        int positions = config.count("max_position_embeddings", 512);
        LayerShape layer = new LayerShape(
                config.count("hidden_size", defaults.hidden()),
                config.count("num_attention_heads", defaults.heads()),
                config.count("intermediate_size", defaults.feedForward()),
                config.activation("hidden_act", Activation.GELU),
                config.number("layer_norm_eps", 1e-12),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("hidden_dropout_prob", 0.1)),
                new Dropout(config.probability("attention_probs_dropout_prob", 0.1)),
                Distances.named(config.text("position_embedding_type", "absolute")),
                positions);
        return new BertConfig(
                defaults.family(),
                Task.of(json, defaults.className(), defaults.kinds(), HeadKind.MASKED_LM),
                config.count("vocab_size", defaults.vocabulary()),
                positions,
                0,
                config.count("type_vocab_size", defaults.tokenTypes()),
                config.flag("use_task_id", false) ? config.count("task_type_vocab_size", 3) : 0,
                config.count("num_hidden_layers", defaults.layers()),
                layer,
                json.hasNonNull("classifier_dropout")
                        ? Optional.of(new Dropout(config.probability("classifier_dropout", 0)))
                        : Optional.empty(),
                config.flag("tie_word_embeddings", true),
                config.id("bos_token_id"),
                config.id("eos_token_id"),
                config.id("pad_token_id", defaults.padId()));
    }

    private static void refuse(ConfigReader config, JsonNode json) {
        for (String key : new String[] {"is_decoder", "add_cross_attention"}) {
            if (config.flag(key, false)) {
                throw new UnsupportedModelException("config.json: \"" + key
                        + "\" is true, which makes this encoder a decoder: only encoders are supported here");
            }
        }
        if (!json.path("pruned_heads").isEmpty()) {
            throw new UnsupportedModelException(
                    "config.json: \"pruned_heads\" removes attention heads, which is not supported");
        }
    }

    /** The same with positions that begin {@code offset} rows later. */
    public BertConfig withPositionOffset(int offset) {
        return new BertConfig(
                family,
                task,
                vocabularySize,
                positionRows,
                offset,
                tokenTypes,
                taskTypes,
                layers,
                layer,
                ownHeadDropout,
                tiedHead,
                bosId,
                eosId,
                padId);
    }

    /** The tables of its embeddings, with vectors of {@code size}. */
    public BertEmbeddings.Tables tables(int size) {
        return new BertEmbeddings.Tables(
                vocabularySize, size, positionRows, positionOffset, tokenTypes, taskTypes, padId, layer);
    }

    @Override
    public int contextLength() {
        return positionRows - positionOffset;
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
    public Dropout headDropout() {
        return ownHeadDropout.orElse(layer.dropout());
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        json.put("model_type", family)
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", positionRows)
                .put("type_vocab_size", tokenTypes)
                .put("num_hidden_layers", layers)
                .put("hidden_size", layer.hidden())
                .put("num_attention_heads", layer.heads())
                .put("intermediate_size", layer.feedForward())
                .put("hidden_act", layer.activation().id())
                .put("layer_norm_eps", layer.epsilon())
                .put("initializer_range", layer.deviation())
                .put("hidden_dropout_prob", layer.dropout().probability())
                .put("attention_probs_dropout_prob", layer.attentionDropout().probability())
                .put("position_embedding_type", layer.distances().id())
                .put("tie_word_embeddings", tiedHead);
        if (taskTypes > 0) {
            json.put("use_task_id", true).put("task_type_vocab_size", taskTypes);
        }
        ownHeadDropout.ifPresent(dropout -> json.put("classifier_dropout", dropout.probability()));
        writeIds(json);
        return json;
    }
}
