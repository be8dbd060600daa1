package org.maliang.model.t5;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ConfigReader;
import org.maliang.model.HeadKind;
import org.maliang.model.ModelException;
import org.maliang.model.Task;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a T5 or mT5, as Hugging Face's {@code config.json} describes it.
 *
 * @param family {@code t5} or {@code mt5}
 * @param contextLength what the model was trained with; positions are relative, so it may read more
 * @param gated whether the feed-forward layers have a gate, as from version 1.1 on
 * @param task what the model is for
 * @param classifierDropout of the vectors that a classifier reads
 * @param tiedHead whether the head is the token embedding, as in version 1.0
 */
public record T5Config(
        String family,
        int vocabularySize,
        int contextLength,
        T5Shape shape,
        int layers,
        int decoderLayers,
        Activation activation,
        boolean gated,
        boolean tiedHead,
        Task task,
        Dropout classifierDropout,
        OptionalInt eosId,
        OptionalInt padId,
        int startId)
        implements T5ModelConfig {

    private static final Set<HeadKind> KINDS =
            Set.of(HeadKind.CONDITIONAL_GENERATION, HeadKind.CLASSIFICATION, HeadKind.ENCODER_OF_TWO);
    private static final T5Shape T5 = new T5Shape(512, 64, 8, 2048, 32, 128, new Dropout(0.1), 1e-6, 1);
    private static final T5Shape MT5 = new T5Shape(512, 64, 6, 1024, 32, 128, new Dropout(0.1), 1e-6, 1);

    /** Reads {@code config.json}; keys it lacks have the defaults of its {@code model_type}. */
    public static T5Config of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        String family = config.text("model_type", "t5");
        boolean multilingual = family.equals("mt5");
        int layers = config.count("num_layers", multilingual ? 8 : 6);
        String feedForward = config.text("feed_forward_proj", multilingual ? "gated-gelu" : "relu");
        OptionalInt pad = config.id("pad_token_id", 0);
        return new T5Config(
                family,
                config.count("vocab_size", multilingual ? 250112 : 32128),
                config.count("n_positions", 512),
                T5Shape.of(config, multilingual ? MT5 : T5),
                layers,
                config.count("num_decoder_layers", layers),
                activation(config, feedForward),
                config.flag("is_gated_act", feedForward.startsWith("gated-")),
                config.flag("tie_word_embeddings", !multilingual),
                task(json, family),
                new Dropout(config.probability("classifier_dropout", 0)),
                config.id("eos_token_id", 1),
                pad,
                config.id("decoder_start_token_id").orElse(pad.orElse(0)));
    }

    /** The same with the token embedding for a head, so that none has to be there. */
    T5Config headless() {
        return new T5Config(
                family,
                vocabularySize,
                contextLength,
                shape,
                layers,
                decoderLayers,
                activation,
                gated,
                true,
                task,
                classifierDropout,
                eosId,
                padId,
                startId);
    }

    /** Reads the head; the oldest files have another name for the usual one, and files of the body serve for it. */
    private static Task task(JsonNode json, String family) {
        String name = family.equals("mt5") ? "MT5" : "T5";
        String named = json.path("architectures").path(0).asText();
        if (!named.equals(name + "WithLMHeadModel") && !named.equals(name + "Model")) {
            return Task.of(json, name, KINDS, HeadKind.CONDITIONAL_GENERATION);
        }
        ObjectNode usual = json.deepCopy();
        usual.remove("architectures");
        return Task.of(usual, name, KINDS, HeadKind.CONDITIONAL_GENERATION);
    }

    /** {@code gated-gelu} means the tanh approximation; the newer {@code dense_act_fn} names the activation itself. */
    private static Activation activation(ConfigReader config, String feedForward) {
        String name = feedForward.replaceFirst("^gated-", "");
        Activation named = Activation.named(name)
                .orElseThrow(() -> new ModelException("config.json: \"feed_forward_proj\" is \"" + feedForward
                        + "\", expected an activation, with or without \"gated-\" before it: " + Activation.names()));
        return config.activation("dense_act_fn", feedForward.equals("gated-gelu") ? Activation.GELU_TANH : named);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        json.put("model_type", family).put("vocab_size", vocabularySize).put("n_positions", contextLength);
        shape.write(json);
        json.put("num_layers", layers)
                .put("num_decoder_layers", decoderLayers)
                .put("feed_forward_proj", (gated ? "gated-" : "") + activation.id())
                .put("dense_act_fn", activation.id())
                .put("is_gated_act", gated)
                .put("tie_word_embeddings", tiedHead)
                .put("classifier_dropout", classifierDropout.probability())
                .put("is_encoder_decoder", true)
                .put("decoder_start_token_id", startId);
        writeIds(json);
        return json;
    }
}
