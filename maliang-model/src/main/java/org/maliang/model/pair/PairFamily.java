package org.maliang.model.pair;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeSet;
import org.maliang.model.Decoder;
import org.maliang.model.Encoder;
import org.maliang.model.Family;
import org.maliang.model.Model;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.layer.Parameters;

/**
 * Files of an encoder and a decoder of other families, below {@code encoder} and {@code decoder}, as Hugging Face's
 * {@code VisionEncoderDecoderModel} has them. Which pairs there are is said where the family is made: any encoder goes with
 * any decoder that has {@linkplain Decoder#crossAttentions() cross-attention}.
 */
public final class PairFamily implements Family {

    private static final String READER = "encoder";
    private static final String WRITER = "decoder";

    private final String architecture;
    private final Map<String, EncoderFamily<?>> encoders;
    private final Map<String, DecoderFamily> decoders;

    /**
     * @param architecture Hugging Face's class name
     * @param encoders by {@code model_type}
     * @param decoders by {@code model_type}
     */
    public PairFamily(
            String architecture, Map<String, EncoderFamily<?>> encoders, Map<String, DecoderFamily> decoders) {
        this.architecture = architecture;
        this.encoders = Map.copyOf(encoders);
        this.decoders = Map.copyOf(decoders);
    }

    @Override
    public PairConfig config(JsonNode json) {
        return PairConfig.of(
                json,
                architecture,
                part(json, READER, encoders).config(json.path(READER)),
                part(json, WRITER, decoders).config(json.path(WRITER)));
    }

    @Override
    public Model build(JsonNode json, Parameters.Source source) {
        PairConfig config = config(json);
        Parameters all = Parameters.from(source);
        Encoder encoder = part(json, READER, encoders).reader(json.path(READER), all.at(READER));
        Decoder decoder = part(json, WRITER, decoders).writer(json.path(WRITER), all.at(WRITER));
        return new Pair(config, encoder, decoder, all);
    }

    private static <F> F part(JsonNode json, String side, Map<String, F> families) {
        String name = json.path(side).path("model_type").asText("");
        if (!families.containsKey(name)) {
            throw new UnsupportedModelException("config.json: model_type \"" + name + "\" of the " + side
                    + " is not supported; supported: " + new TreeSet<>(families.keySet()));
        }
        return families.get(name);
    }

    /** What files of either part may hold besides, and a pooler, for which there is no use. */
    @Override
    public boolean ignores(JsonNode json, String stored) {
        String name = stored.substring(stored.indexOf('.') + 1);
        if (stored.startsWith(READER + ".")) {
            return name.startsWith("pooler.") || part(json, READER, encoders).ignores(json.path(READER), name);
        }
        return stored.startsWith(WRITER + ".") && part(json, WRITER, decoders).ignores(json.path(WRITER), name);
    }
}
