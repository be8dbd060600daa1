package org.maliang.model.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelConfig;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.ImageSize;

/**
 * The shape of a CLIP model. What one number must stand for, such as {@link #layers()}, is that of its text encoder.
 *
 * @param projectionSize width of the vectors in which texts and images meet
 * @param initialLogitScale logarithm of the factor on similarities that training starts from
 * @param initialFactor on the deviations of fresh weights
 */
public record ClipConfig(Text text, Vision vision, int projectionSize, double initialLogitScale, double initialFactor)
        implements ModelConfig {

    private static final String ARCHITECTURE = "CLIPModel";

    /**
     * The text encoder.
     *
     * @param endId ends a text; its state stands for the text
     */
    public record Text(
            ClipTower tower, int vocabulary, int positions, OptionalInt beginId, int endId, OptionalInt padId) {}

    /**
     * The image encoder.
     *
     * @param image side of the square images, in pixels
     * @param patch side of a patch, in pixels
     */
    public record Vision(ClipTower tower, int image, int patch, int channels) {
        public Vision {
            if (patch > image) {
                throw new ModelException("config.json: patch_size " + patch + " is larger than image_size " + image);
            }
        }

        ImageSize grid() {
            return ImageSize.square(image / patch);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of CLIP ViT-B/32. */
    public static ClipConfig of(JsonNode json) {
        String architecture = json.path("architectures").path(0).asText(ARCHITECTURE);
        if (!architecture.equals(ARCHITECTURE)) {
            throw new UnsupportedModelException(
                    "architecture \"" + architecture + "\" is not supported; of this model_type is: " + ARCHITECTURE);
        }
        ConfigReader config = new ConfigReader(json);
        return new ClipConfig(
                text(part(json, "text_config")),
                vision(part(json, "vision_config")),
                config.count("projection_dim", 512),
                config.number("logit_scale_init_value", 2.6592),
                config.number("initializer_factor", 1));
    }

    /** Files made before 2022 have {@code text_config_dict}, which counts where it is there. */
    private static JsonNode part(JsonNode json, String key) {
        return json.hasNonNull(key + "_dict") ? json.path(key + "_dict") : json.path(key);
    }

    private static Text text(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        return new Text(
                ClipTower.of(json, 512, 2048, 8),
                config.count("vocab_size", 49408),
                config.count("max_position_embeddings", 77),
                config.id("bos_token_id", 49406),
                config.id("eos_token_id", 49407)
                        .orElseThrow(() -> new ModelException("config.json: \"eos_token_id\" of the text is null, but"
                                + " its state stands for the text: set it")),
                config.id("pad_token_id", 1));
    }

    private static Vision vision(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        return new Vision(
                ClipTower.of(json, 768, 3072, 12),
                config.count("image_size", 224),
                config.count("patch_size", 32),
                config.count("num_channels", 3));
    }

    @Override
    public String family() {
        return "clip";
    }

    @Override
    public int vocabularySize() {
        return text.vocabulary();
    }

    @Override
    public int contextLength() {
        return text.positions();
    }

    @Override
    public int layers() {
        return text.tower().layers();
    }

    @Override
    public int hiddenSize() {
        return text.tower().hidden();
    }

    @Override
    public int heads() {
        return text.tower().heads();
    }

    @Override
    public OptionalInt bosId() {
        return text.beginId();
    }

    @Override
    public OptionalInt eosId() {
        return OptionalInt.of(text.endId());
    }

    @Override
    public OptionalInt padId() {
        return text.padId();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(ARCHITECTURE);
        json.put("model_type", family())
                .put("projection_dim", projectionSize)
                .put("logit_scale_init_value", initialLogitScale)
                .put("initializer_factor", initialFactor);
        ObjectNode words = json.putObject("text_config")
                .put("model_type", "clip_text_model")
                .put("vocab_size", text.vocabulary())
                .put("max_position_embeddings", text.positions())
                .put("projection_dim", projectionSize);
        text.tower().write(words);
        writeIds(words);
        ObjectNode images = json.putObject("vision_config")
                .put("model_type", "clip_vision_model")
                .put("image_size", vision.image())
                .put("patch_size", vision.patch())
                .put("num_channels", vision.channels())
                .put("projection_dim", projectionSize);
        vision.tower().write(images);
        return json;
    }
}
