package org.maliang.model.pair;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.DecoderConfig;
import org.maliang.model.EncoderConfig;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;

/**
 * The shape of a pair: those of its parts, and the tokens that mean something to both. What one number must stand for, such
 * as {@link #layers()}, is that of the decoder.
 *
 * @param family {@code vision-encoder-decoder}
 * @param architecture Hugging Face's class name
 */
public record PairConfig(
        String family,
        String architecture,
        EncoderConfig encoder,
        DecoderConfig decoder,
        int startId,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId)
        implements EncoderDecoderConfig {

    /** Reads what {@code config.json} says of the pair; tokens that it does not name are those of the decoder. */
    static PairConfig of(JsonNode json, String architecture, EncoderConfig encoder, DecoderConfig decoder) {
        String named = json.path("architectures").path(0).asText(architecture);
        if (!named.equals(architecture)) {
            throw new UnsupportedModelException(
                    "architecture \"" + named + "\" is not supported; of this model_type is: " + architecture);
        }
        JsonNode writer = json.path("decoder");
        if (writer.hasNonNull("cross_attention_hidden_size")) {
            throw new UnsupportedModelException("config.json: \"cross_attention_hidden_size\" of the decoder is "
                    + writer.path("cross_attention_hidden_size") + ", only null is supported");
        }
        ConfigReader config = new ConfigReader(json);
        OptionalInt bos = or(config.id("bos_token_id"), decoder.bosId());
        OptionalInt start =
                or(config.id("decoder_start_token_id"), new ConfigReader(writer).id("decoder_start_token_id"));
        return new PairConfig(
                json.path("model_type").asText(),
                architecture,
                encoder,
                decoder,
                or(start, bos)
                        .orElseThrow(() -> new ModelException(
                                "config.json lacks \"decoder_start_token_id\", which begins every text: set it")),
                bos,
                or(config.id("eos_token_id"), decoder.eosId()),
                or(config.id("pad_token_id"), decoder.padId()));
    }

    private static OptionalInt or(OptionalInt id, OptionalInt other) {
        return id.isPresent() ? id : other;
    }

    @Override
    public int vocabularySize() {
        return decoder.vocabularySize();
    }

    @Override
    public int contextLength() {
        return decoder.contextLength();
    }

    @Override
    public boolean bounded() {
        return decoder.bounded();
    }

    @Override
    public int layers() {
        return decoder.layers();
    }

    @Override
    public int heads() {
        return decoder.heads();
    }

    @Override
    public int hiddenSize() {
        return decoder.hiddenSize();
    }

    @Override
    public int decoderLayers() {
        return decoder.layers();
    }

    @Override
    public int decoderHeads() {
        return decoder.heads();
    }

    @Override
    public int decoderHeadSize() {
        return decoder.headSize();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(architecture);
        json.put("model_type", family).put("is_encoder_decoder", true).put("decoder_start_token_id", startId);
        writeIds(json);
        json.set("encoder", encoder.toJson());
        json.set("decoder", decoder.toJson());
        return json;
    }
}
