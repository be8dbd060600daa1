package org.maliang.model.plug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.layer.Parameters;

/** PLUG files: the names of the published checkpoint, with or without {@code model.} before them. */
public final class PlugFamily implements Family {

    @Override
    public EncoderDecoderConfig config(JsonNode config) {
        return PlugConfig.of(config);
    }

    @Override
    public EncoderDecoder build(JsonNode config, Parameters.Source source) {
        return new Plug(PlugConfig.of(config), Parameters.from(source));
    }

    @Override
    public List<String> storedNames(String parameter) {
        return List.of(parameter, "model." + parameter);
    }

    /** A copy of the tied word head. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith("cls.predictions.decoder_weight") || stored.endsWith("cls.predictions.decoder.weight");
    }
}
