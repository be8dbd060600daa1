package org.maliang.model.bart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.HeadKind;
import org.maliang.model.ModelConfig;
import org.maliang.model.ModelException;
import org.maliang.model.Task;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a BART, mBART or PEGASUS, as Hugging Face's {@code config.json} describes it.
 *
 * @param task what the model is for
 * @param initialDeviation standard deviation of fresh weights
 * @param scaledEmbedding whether the vectors of tokens are multiplied by √hiddenSize
 * @param tiedHead whether the head is the token embedding
 */
public record BartConfig(
        BartKind kind,
        Task task,
        int vocabularySize,
        int contextLength,
        int hiddenSize,
        Side encoder,
        Side decoder,
        Activation activation,
        Dropouts dropout,
        double initialDeviation,
        boolean scaledEmbedding,
        boolean tiedHead,
        Ids ids)
        implements EncoderDecoderConfig {

    private static final Set<HeadKind> KINDS = Set.of(HeadKind.CONDITIONAL_GENERATION, HeadKind.CLASSIFICATION);
    private static final int BART_LABELS = 3;

    /**
     * One of the two stacks.
     *
     * @param layerDrop the probability that a layer is left out while training
     */
    public record Side(int layers, int heads, int feedForwardSize, double layerDrop) {

        private static Side of(ConfigReader config, String name) {
            return new Side(
                    config.count(name + "_layers", 12),
                    config.count(name + "_attention_heads", 16),
                    config.count(name + "_ffn_dim", 4096),
                    config.probability(name + "_layerdrop", 0));
        }

        private void write(ObjectNode json, String name) {
            json.put(name + "_layers", layers)
                    .put(name + "_attention_heads", heads)
                    .put(name + "_ffn_dim", feedForwardSize)
                    .put(name + "_layerdrop", layerDrop);
        }
    }

    /** Probabilities that an element is dropped, by place. */
    public record Dropouts(Dropout residual, Dropout attention, Dropout activation, Dropout classifier) {}

    /** Tokens with a meaning of their own. */
    public record Ids(
            OptionalInt bos,
            OptionalInt eos,
            OptionalInt pad,
            OptionalInt start,
            OptionalInt forcedFirst,
            OptionalInt forcedLast) {}

    public BartConfig {
        for (Side side : new Side[] {encoder, decoder}) {
            if (hiddenSize % side.heads != 0) {
                throw new ModelException("config.json: d_model " + hiddenSize + " is not a multiple of " + side.heads
                        + " attention heads");
            }
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of its {@code model_type}. */
    public static BartConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        BartKind kind = BartKind.of(json);
        refuse(config, kind);
        return new BartConfig(
                kind,
                task(json, kind),
                config.count("vocab_size", 50265),
                config.count("max_position_embeddings", 1024),
                config.count("d_model", 1024),
                Side.of(config, "encoder"),
                Side.of(config, "decoder"),
                config.activation("activation_function", Activation.GELU),
                new Dropouts(
                        new Dropout(config.probability("dropout", 0.1)),
                        new Dropout(config.probability("attention_dropout", 0)),
                        new Dropout(config.probability("activation_dropout", 0)),
                        new Dropout(config.probability("classifier_dropout", 0))),
                config.number("init_std", 0.02),
                config.flag("scale_embedding", false),
                config.flag("tie_word_embeddings", true),
                ids(config, kind));
    }

    private static Ids ids(ConfigReader config, BartKind kind) {
        boolean pegasus = kind == BartKind.PEGASUS;
        OptionalInt bos = pegasus ? config.id("bos_token_id") : config.id("bos_token_id", 0);
        OptionalInt start = switch (kind) {
            case BART -> config.id("decoder_start_token_id", 2);
            case MBART -> config.id("decoder_start_token_id");
            case PEGASUS -> config.id("decoder_start_token_id", 0);
        };
        boolean begins = config.flag("force_bos_token_to_be_generated", false);
        OptionalInt first = config.id("forced_bos_token_id");
        return new Ids(
                bos,
                config.id("eos_token_id", pegasus ? 1 : 2),
                config.id("pad_token_id", pegasus ? 0 : 1),
                start,
                first.isEmpty() && begins ? bos : first,
                config.id("forced_eos_token_id", pegasus ? 1 : 2));
    }

    /** Reads the head. Files of the body serve for the usual one; a BART that says nothing has three labels. */
    private static Task task(JsonNode json, BartKind kind) {
        ObjectNode named = json.deepCopy();
        if (json.path("architectures").path(0).asText().equals(kind.className() + "Model")) {
            named.remove("architectures");
        }
        if (kind == BartKind.BART && !json.hasNonNull("num_labels") && !json.hasNonNull("id2label")) {
            named.put("num_labels", BART_LABELS);
        }
        return Task.of(named, kind.className(), KINDS, HeadKind.CONDITIONAL_GENERATION);
    }

    /** Switches of the first releases that no published model of these families has in another position. */
    private static void refuse(ConfigReader config, BartKind kind) {
        boolean before = kind.normBefore();
        if (config.flag("normalize_before", before) != before
                || config.flag("add_final_layer_norm", before) != before
                || config.flag("normalize_embedding", kind.embeddingNorm()) != kind.embeddingNorm()
                || config.flag("static_position_embeddings", kind.sinusoids()) != kind.sinusoids()
                || config.flag("do_blenderbot_90_layernorm", false)) {
            throw new UnsupportedModelException("config.json: a " + kind.id() + " with another normalize_before,"
                    + " add_final_layer_norm, normalize_embedding, static_position_embeddings or"
                    + " do_blenderbot_90_layernorm than usual is not supported");
        }
    }

    @Override
    public String family() {
        return kind.id();
    }

    @Override
    public int layers() {
        return encoder.layers;
    }

    @Override
    public int heads() {
        return encoder.heads;
    }

    @Override
    public int decoderLayers() {
        return decoder.layers;
    }

    @Override
    public int decoderHeads() {
        return decoder.heads;
    }

    @Override
    public int startId() {
        return ids.start.orElse(ids.bos.orElse(ids.pad.orElse(0)));
    }

    @Override
    public OptionalInt bosId() {
        return ids.bos;
    }

    @Override
    public OptionalInt eosId() {
        return ids.eos;
    }

    @Override
    public OptionalInt padId() {
        return ids.pad;
    }

    @Override
    public OptionalInt forcedFirstId() {
        return ids.forcedFirst;
    }

    @Override
    public OptionalInt forcedLastId() {
        return ids.forcedLast;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        if (kind == BartKind.BART && !json.has("id2label")) {
            json.put("num_labels", task.labels().size());
        }
        json.put("model_type", kind.id())
                .put("vocab_size", vocabularySize)
                .put("max_position_embeddings", contextLength)
                .put("d_model", hiddenSize);
        encoder.write(json, "encoder");
        decoder.write(json, "decoder");
        json.put("activation_function", activation.id())
                .put("dropout", dropout.residual().probability())
                .put("attention_dropout", dropout.attention().probability())
                .put("activation_dropout", dropout.activation().probability())
                .put("classifier_dropout", dropout.classifier().probability())
                .put("init_std", initialDeviation)
                .put("scale_embedding", scaledEmbedding)
                .put("tie_word_embeddings", tiedHead)
                .put("is_encoder_decoder", true);
        writeIds(json);
        ModelConfig.writeId(json, "decoder_start_token_id", ids.start);
        ModelConfig.writeId(json, "forced_bos_token_id", ids.forcedFirst);
        ModelConfig.writeId(json, "forced_eos_token_id", ids.forcedLast);
        return json;
    }
}
