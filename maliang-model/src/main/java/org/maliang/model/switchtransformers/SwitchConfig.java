package org.maliang.model.switchtransformers;

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
import org.maliang.model.t5.T5ModelConfig;
import org.maliang.model.t5.T5Shape;

/**
 * The shape of a Switch Transformer, as Hugging Face's {@code config.json} describes it.
 *
 * @param contextLength what the model was trained with; positions are relative, so it may read more
 * @param sparseStep in the encoder, which layers are sparse: one of so many; 0 stands for none
 * @param decoderSparseStep the same in the decoder
 * @param tiedHead whether the head is the token embedding
 */
public record SwitchConfig(
        int vocabularySize,
        int contextLength,
        T5Shape shape,
        int layers,
        int decoderLayers,
        int sparseStep,
        int decoderSparseStep,
        Activation activation,
        Routing routing,
        boolean tiedHead,
        Task task,
        OptionalInt eosId,
        OptionalInt padId,
        int startId)
        implements T5ModelConfig {

    private static final Set<HeadKind> KINDS = Set.of(HeadKind.CONDITIONAL_GENERATION, HeadKind.ENCODER_OF_TWO);
    private static final T5Shape USUAL = new T5Shape(768, 64, 12, 2048, 32, 128, new Dropout(0.1), 1e-6, 1);

    /**
     * How tokens find their experts.
     *
     * @param capacity the most tokens of a row that an expert reads
     * @param jitter of what the router reads while training
     * @param zLoss weight of the loss of large logits
     * @param balanceLoss weight of the loss of uneven use
     */
    public record Routing(int experts, int capacity, boolean bias, double jitter, double zLoss, double balanceLoss) {}

    /** Reads {@code config.json}; keys it lacks have Hugging Face's defaults. */
    public static SwitchConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        int layers = config.count("num_layers", 12);
        int decoderLayers = config.count("num_decoder_layers", 12);
        OptionalInt pad = config.id("pad_token_id", 0);
        return new SwitchConfig(
                config.count("vocab_size", 32128),
                config.count("n_positions", 512),
                T5Shape.of(config, USUAL),
                layers,
                decoderLayers,
                step(config, "encoder", layers),
                step(config, "decoder", decoderLayers),
                config.activation("dense_act_fn", Activation.RELU),
                new Routing(
                        config.count("num_experts", 8),
                        config.count("expert_capacity", 64),
                        config.flag("router_bias", false),
                        config.probability("router_jitter_noise", 0.01),
                        config.number("router_z_loss_coef", 0.001),
                        config.number("router_aux_loss_coef", 0.001)),
                config.flag("tie_word_embeddings", true),
                Task.of(json, "SwitchTransformers", KINDS, HeadKind.CONDITIONAL_GENERATION),
                config.id("eos_token_id", 1),
                pad,
                config.id("decoder_start_token_id").orElse(pad.orElse(0)));
    }

    /** The step that files name, or the one that makes as many layers sparse as they say. */
    private static int step(ConfigReader config, String side, int layers) {
        int named = whole(config, side + "_sparse_step", -1);
        int sparse = whole(config, "num_sparse_" + side + "_layers", 3);
        return named >= 0 ? named : sparse == 0 ? 0 : layers / sparse;
    }

    private static int whole(ConfigReader config, String key, int fallback) {
        double value = config.number(key, fallback);
        if (value != Math.rint(value) || value < -1 || value > Integer.MAX_VALUE) {
            throw new ModelException("config.json: \"" + key + "\" is " + value + ", expected a whole number from 0");
        }
        return (int) value;
    }

    /** Whether a layer has experts. */
    boolean sparse(int layer, boolean decoder) {
        int step = decoder ? decoderSparseStep : sparseStep;
        return step == 1 || (step > 1 && layer % step == 1);
    }

    @Override
    public String family() {
        return "switch_transformers";
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        json.put("model_type", family()).put("vocab_size", vocabularySize).put("n_positions", contextLength);
        shape.write(json);
        json.put("num_layers", layers)
                .put("num_decoder_layers", decoderLayers)
                .put("num_sparse_encoder_layers", count(layers, false))
                .put("num_sparse_decoder_layers", count(decoderLayers, true))
                .put("encoder_sparse_step", sparseStep)
                .put("decoder_sparse_step", decoderSparseStep)
                .put("dense_act_fn", activation.id())
                .put("num_experts", routing.experts)
                .put("expert_capacity", routing.capacity)
                .put("router_bias", routing.bias)
                .put("router_jitter_noise", routing.jitter)
                .put("router_z_loss_coef", routing.zLoss)
                .put("router_aux_loss_coef", routing.balanceLoss)
                .put("tie_word_embeddings", tiedHead)
                .put("is_encoder_decoder", true)
                .put("decoder_start_token_id", startId);
        writeIds(json);
        return json;
    }

    private int count(int all, boolean decoder) {
        int count = 0;
        for (int layer = 0; layer < all; layer++) {
            count += sparse(layer, decoder) ? 1 : 0;
        }
        return count;
    }
}
