package org.maliang.model.clip;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Family;
import org.maliang.model.Model;
import org.maliang.model.ModelConfig;
import org.maliang.model.layer.Parameters;

/** CLIP files, as Hugging Face names their weights. */
public final class ClipFamily implements Family {

    @Override
    public ModelConfig config(JsonNode config) {
        return ClipConfig.of(config);
    }

    @Override
    public Model build(JsonNode config, Parameters.Source source) {
        return new Clip(ClipConfig.of(config), Parameters.from(source));
    }

    /** Old files hold the numbers of positions as buffers. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".embeddings.position_ids");
    }
}
