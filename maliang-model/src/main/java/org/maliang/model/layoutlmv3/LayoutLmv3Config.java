package org.maliang.model.layoutlmv3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderConfig;
import org.maliang.model.HeadKind;
import org.maliang.model.ModelException;
import org.maliang.model.Task;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a LayoutLMv3 model.
 *
 * @param bert the shape of its layers and of its text, which is RoBERTa's
 * @param boxes how it knows where words stand
 * @param text how far apart words are
 * @param page how far apart boxes are
 * @param image how it sees the page
 */
public record LayoutLmv3Config(BertConfig bert, Boxes boxes, Distances text, Distances page, Image image)
        implements EncoderConfig {

    /**
     * Tables of coordinates.
     *
     * @param rows of every table: the largest coordinate and one
     * @param coordinateSize width of the vectors of each edge
     * @param shapeSize width of the vectors of height and width
     */
    public record Boxes(int rows, int coordinateSize, int shapeSize) {}

    /**
     * Biases of distances.
     *
     * @param used whether attention has them
     * @param bins that distances fall into
     * @param longest distance that counts
     */
    public record Distances(boolean used, int bins, int longest) {
        private static final int LONGEST = 1 << 20;

        public Distances {
            if (bins < 4 || bins / 4 >= longest || longest > LONGEST) {
                throw new ModelException("config.json: " + bins + " bins for distances up to " + longest
                        + " cannot be: there are at least 4, and the distance lies between a quarter of them and "
                        + LONGEST);
            }
        }
    }

    /**
     * The image of a page.
     *
     * @param seen whether the model has eyes
     * @param side of the square image, in pixels
     * @param patch side of a patch, in pixels
     */
    public record Image(boolean seen, int side, int patch, int channels) {
        public Image {
            if (patch > side) {
                throw new ModelException("config.json: patch_size " + patch + " is larger than input_size " + side);
            }
        }

        /** Patches a side. */
        public int grid() {
            return side / patch;
        }
    }

    private static final BertConfig.Defaults DEFAULTS = new BertConfig.Defaults(
            "layoutlmv3",
            "LayoutLMv3",
            Set.of(
                    HeadKind.ENCODER,
                    HeadKind.CLASSIFICATION,
                    HeadKind.TOKEN_CLASSIFICATION,
                    HeadKind.QUESTION_ANSWERING),
            50265,
            768,
            12,
            12,
            3072,
            2,
            1);

    public LayoutLmv3Config {
        int joined = 4 * boxes.coordinateSize() + 2 * boxes.shapeSize();
        if (joined != bert.hiddenSize()) {
            throw new ModelException("config.json: 4 coordinate_size + 2 shape_size is " + joined
                    + ", which is not hidden_size " + bert.hiddenSize());
        }
    }

    /** Reads {@code config.json}; keys it lacks have the defaults of LayoutLMv3-base. */
    public static LayoutLmv3Config of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!config.flag("text_embed", true)) {
            throw new UnsupportedModelException(
                    "config.json: \"text_embed\" is false: pages without words are not supported");
        }
        ObjectNode named = json.deepCopy();
        if (!json.hasNonNull("layer_norm_eps")) {
            named.put("layer_norm_eps", 1e-5);
        }
        BertConfig bert = BertConfig.of(named, DEFAULTS);
        int padding = bert.padId()
                .orElseThrow(() -> new ModelException(
                        "config.json: \"pad_token_id\" is null, but positions are counted from it: set it"));
        if (padding + 1 >= bert.positionRows()) {
            throw new ModelException("config.json: max_position_embeddings " + bert.positionRows()
                    + " leaves no position behind pad_token_id " + padding);
        }
        return new LayoutLmv3Config(
                bert.withPositionOffset(padding + 1),
                new Boxes(
                        config.count("max_2d_position_embeddings", 1024),
                        config.count("coordinate_size", 128),
                        config.count("shape_size", 128)),
                new Distances(
                        config.flag("has_relative_attention_bias", true),
                        config.count("rel_pos_bins", 32),
                        config.count("max_rel_pos", 128)),
                new Distances(
                        config.flag("has_spatial_attention_bias", true),
                        config.count("rel_2d_pos_bins", 64),
                        config.count("max_rel_2d_pos", 256)),
                new Image(
                        config.flag("visual_embed", true),
                        config.count("input_size", 224),
                        config.count("patch_size", 16),
                        config.count("num_channels", 3)));
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
        return bert.toJson()
                .put("max_2d_position_embeddings", boxes.rows())
                .put("coordinate_size", boxes.coordinateSize())
                .put("shape_size", boxes.shapeSize())
                .put("has_relative_attention_bias", text.used())
                .put("rel_pos_bins", text.bins())
                .put("max_rel_pos", text.longest())
                .put("has_spatial_attention_bias", page.used())
                .put("rel_2d_pos_bins", page.bins())
                .put("max_rel_2d_pos", page.longest())
                .put("text_embed", true)
                .put("visual_embed", image.seen())
                .put("input_size", image.side())
                .put("patch_size", image.patch())
                .put("num_channels", image.channels());
    }
}
