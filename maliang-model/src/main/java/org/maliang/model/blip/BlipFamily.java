package org.maliang.model.blip;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Family;
import org.maliang.model.Model;
import org.maliang.model.ModelConfig;
import org.maliang.model.layer.Parameters;

/** BLIP files, as Hugging Face names their weights. */
public final class BlipFamily implements Family {

    @Override
    public ModelConfig config(JsonNode config) {
        return BlipConfig.of(config);
    }

    @Override
    public Model build(JsonNode json, Parameters.Source source) {
        BlipConfig config = BlipConfig.of(json);
        Parameters all = Parameters.from(source);
        return switch (config.kind()) {
            case CAPTIONING -> new BlipCaptioning(config, all);
            case RETRIEVAL -> new BlipRetrieval(config, all);
        };
    }

    /** Buffers of old files, and a copy of the head's bias. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".embeddings.position_ids")
                || stored.equals("text_decoder.cls.predictions.decoder.bias");
    }
}
