package org.maliang.model.vit;

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
import org.maliang.model.layer.ImageSize;

/**
 * The shape of a ViT model.
 *
 * @param image the size of images it was made for, in pixels
 * @param patch the size of a patch, in pixels
 * @param biased whether queries, keys and values have biases
 */
public record VitConfig(
        Task task,
        ImageSize image,
        ImageSize patch,
        int channels,
        int layers,
        int heads,
        int hiddenSize,
        int feedForwardSize,
        Activation activation,
        double normEpsilon,
        double initialDeviation,
        Dropout dropout,
        Dropout attentionDropout,
        boolean biased)
        implements EncoderConfig {

    private static final Set<HeadKind> KINDS = Set.of(HeadKind.ENCODER, HeadKind.IMAGE_CLASSIFICATION);

    public VitConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
        }
        if (patch.height() > image.height() || patch.width() > image.width()) {
            throw new ModelException("config.json: patch_size " + patch + " is larger than image_size " + image);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of ViT-base. */
    public static VitConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!json.path("pruned_heads").isEmpty()) {
            throw new UnsupportedModelException(
                    "config.json: \"pruned_heads\" removes attention heads, which is not supported");
        }
        return new VitConfig(
                Task.of(json, "ViT", KINDS, HeadKind.ENCODER),
                size(config, "image_size", 224),
                size(config, "patch_size", 16),
                config.count("num_channels", 3),
                config.count("num_hidden_layers", 12),
                config.count("num_attention_heads", 12),
                config.count("hidden_size", 768),
                config.count("intermediate_size", 3072),
                config.activation("hidden_act", Activation.GELU),
                config.number("layer_norm_eps", 1e-12),
                config.number("initializer_range", 0.02),
                new Dropout(config.probability("hidden_dropout_prob", 0)),
                new Dropout(config.probability("attention_probs_dropout_prob", 0)),
                config.flag("qkv_bias", true));
    }

    /** A number for a square, or a list of height and width. */
    private static ImageSize size(ConfigReader config, String key, int fallback) {
        JsonNode node = config.config().path(key);
        if (!node.isArray()) {
            return ImageSize.square(config.count(key, fallback));
        }
        if (node.size() != 2 || node.path(0).asInt() < 1 || node.path(1).asInt() < 1) {
            throw new ModelException("config.json: \"" + key + "\" is " + node + ", expected height and width");
        }
        return new ImageSize(node.path(0).intValue(), node.path(1).intValue());
    }

    /** The images it was made for, in patches. */
    public ImageSize grid() {
        return image.in(patch);
    }

    @Override
    public String family() {
        return "vit";
    }

    @Override
    public Dropout headDropout() {
        return new Dropout(0);
    }

    /** None: it reads no text. */
    @Override
    public int vocabularySize() {
        return 0;
    }

    /** Patches, and the position that stands for the image. */
    @Override
    public int contextLength() {
        return grid().area() + 1;
    }

    @Override
    public OptionalInt bosId() {
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt eosId() {
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt padId() {
        return OptionalInt.empty();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        task.write(json);
        json.put("model_type", family());
        write(json, "image_size", image);
        write(json, "patch_size", patch);
        return json.put("num_channels", channels)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("hidden_size", hiddenSize)
                .put("intermediate_size", feedForwardSize)
                .put("hidden_act", activation.id())
                .put("layer_norm_eps", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("hidden_dropout_prob", dropout.probability())
                .put("attention_probs_dropout_prob", attentionDropout.probability())
                .put("qkv_bias", biased);
    }

    private static void write(ObjectNode json, String key, ImageSize size) {
        if (size.height() == size.width()) {
            json.put(key, size.height());
        } else {
            json.putArray(key).add(size.height()).add(size.width());
        }
    }
}
