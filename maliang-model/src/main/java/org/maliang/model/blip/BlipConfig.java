package org.maliang.model.blip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.ModelConfig;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.bert.Distances;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.ImageSize;

/**
 * The shape of a BLIP model. What one number must stand for, such as {@link #layers()}, is that of its text model.
 *
 * @param meetingSize width of the vectors in which texts and images meet
 * @param initialDeviation of fresh heads
 */
public record BlipConfig(Kind kind, Text text, Vision vision, int meetingSize, double initialDeviation)
        implements EncoderDecoderConfig {

    /** What a model is for, by Hugging Face's class name. */
    public enum Kind {
        CAPTIONING("BlipForConditionalGeneration"),
        RETRIEVAL("BlipForImageTextRetrieval");

        private final String architecture;

        Kind(String architecture) {
            this.architecture = architecture;
        }

        static Kind of(JsonNode json) {
            String name = json.path("architectures").path(0).asText(CAPTIONING.architecture);
            for (Kind kind : values()) {
                if (kind.architecture.equals(name)) {
                    return kind;
                }
            }
            throw new UnsupportedModelException("architecture \"" + name
                    + "\" is not supported; of this model_type are: " + CAPTIONING.architecture + ", "
                    + RETRIEVAL.architecture);
        }
    }

    /**
     * The text model, whose layers are BERT's with a look at the image in between.
     *
     * @param beginId begins a caption
     * @param endId ends a caption: {@code sep_token_id}
     * @param eosId {@code eos_token_id}, which captions do not end with
     */
    public record Text(
            LayerShape layer,
            int layers,
            int vocabulary,
            OptionalInt beginId,
            OptionalInt endId,
            OptionalInt eosId,
            OptionalInt padId) {}

    /**
     * The image encoder.
     *
     * @param image side of the square images, in pixels
     * @param patch side of a patch, in pixels
     */
    public record Vision(
            int hidden,
            int feedForward,
            int layers,
            int heads,
            Activation activation,
            double epsilon,
            double deviation,
            Dropout attentionDropout,
            int image,
            int patch,
            int channels) {

        public Vision {
            if (patch > image) {
                throw new ModelException("config.json: patch_size " + patch + " is larger than image_size " + image);
            }
            if (hidden % heads != 0) {
                throw new ModelException(
                        "config.json: hidden_size " + hidden + " is not a multiple of num_attention_heads " + heads);
            }
        }

        ImageSize grid() {
            return ImageSize.square(image / patch);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of BLIP-base. */
    public static BlipConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        return new BlipConfig(
                Kind.of(json),
                text(json.path("text_config")),
                vision(json.path("vision_config")),
                config.count("image_text_hidden_size", 256),
                config.number("initializer_range", 0.02));
    }

    private static Text text(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!config.flag("is_decoder", true)) {
            throw new UnsupportedModelException("config.json: \"is_decoder\" of the text is false: a text model that"
                    + " cannot look at images is not supported");
        }
        LayerShape layer = new LayerShape(
                config.count("hidden_size", 768),
                config.count("num_attention_heads", 8),
                config.count("intermediate_size", 3072),
                config.activation("hidden_act", Activation.GELU),
                config.number("layer_norm_eps", 1e-12),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("hidden_dropout_prob", 0)),
                new Dropout(config.probability("attention_probs_dropout_prob", 0)),
                Distances.named(config.text("position_embedding_type", "absolute")),
                config.count("max_position_embeddings", 512));
        if (layer.distances() != Distances.ABSOLUTE) {
            throw new UnsupportedModelException("config.json: \"position_embedding_type\" of the text is \""
                    + layer.distances().id() + "\", only \"absolute\" is supported");
        }
        return new Text(
                layer,
                config.count("num_hidden_layers", 12),
                config.count("vocab_size", 30524),
                config.id("bos_token_id", 30522),
                config.id("sep_token_id", 102),
                config.id("eos_token_id", 2),
                config.id("pad_token_id", 0));
    }

    private static Vision vision(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        return new Vision(
                config.count("hidden_size", 768),
                config.count("intermediate_size", 3072),
                config.count("num_hidden_layers", 12),
                config.count("num_attention_heads", 12),
                config.activation("hidden_act", Activation.GELU),
                config.number("layer_norm_eps", 1e-5),
                config.number("initializer_range", 1e-10),
                new Dropout(config.probability("attention_dropout", 0)),
                config.count("image_size", 384),
                config.count("patch_size", 16),
                config.count("num_channels", 3));
    }

    @Override
    public String family() {
        return "blip";
    }

    @Override
    public int vocabularySize() {
        return text.vocabulary();
    }

    @Override
    public int contextLength() {
        return text.layer().positions();
    }

    @Override
    public int layers() {
        return text.layers();
    }

    @Override
    public int hiddenSize() {
        return text.layer().hidden();
    }

    @Override
    public int heads() {
        return text.layer().heads();
    }

    @Override
    public OptionalInt bosId() {
        return text.beginId();
    }

    @Override
    public OptionalInt eosId() {
        return text.endId();
    }

    @Override
    public OptionalInt padId() {
        return text.padId();
    }

    @Override
    public int decoderLayers() {
        return text.layers();
    }

    @Override
    public int decoderHeads() {
        return text.layer().heads();
    }

    @Override
    public int startId() {
        return text.beginId()
                .orElseThrow(() -> new ModelException("config.json lacks \"bos_token_id\", which begins a caption"));
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(kind.architecture);
        json.put("model_type", family())
                .put("image_text_hidden_size", meetingSize)
                .put("initializer_range", initialDeviation);
        LayerShape layer = text.layer();
        ObjectNode words = json.putObject("text_config")
                .put("model_type", "blip_text_model")
                .put("hidden_size", layer.hidden())
                .put("encoder_hidden_size", vision.hidden())
                .put("num_attention_heads", layer.heads())
                .put("intermediate_size", layer.feedForward())
                .put("num_hidden_layers", text.layers())
                .put("hidden_act", layer.activation().id())
                .put("layer_norm_eps", layer.epsilon())
                .put("initializer_range", layer.deviation())
                .put("hidden_dropout_prob", layer.dropout().probability())
                .put("attention_probs_dropout_prob", layer.attentionDropout().probability())
                .put("max_position_embeddings", layer.positions())
                .put("vocab_size", text.vocabulary());
        ModelConfig.writeId(words, "bos_token_id", text.beginId());
        ModelConfig.writeId(words, "sep_token_id", text.endId());
        ModelConfig.writeId(words, "eos_token_id", text.eosId());
        ModelConfig.writeId(words, "pad_token_id", text.padId());
        json.putObject("vision_config")
                .put("model_type", "blip_vision_model")
                .put("hidden_size", vision.hidden())
                .put("intermediate_size", vision.feedForward())
                .put("num_hidden_layers", vision.layers())
                .put("num_attention_heads", vision.heads())
                .put("hidden_act", vision.activation().id())
                .put("layer_norm_eps", vision.epsilon())
                .put("initializer_range", vision.deviation())
                .put("attention_dropout", vision.attentionDropout().probability())
                .put("image_size", vision.image())
                .put("patch_size", vision.patch())
                .put("num_channels", vision.channels());
        return json;
    }
}
