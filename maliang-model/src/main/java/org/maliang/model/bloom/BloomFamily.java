package org.maliang.model.bloom;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** Bloom files: Hugging Face's names. */
public final class BloomFamily extends DecoderFamily {

    public BloomFamily() {
        super("transformer.");
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return BloomConfig.of(config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new Bloom(BloomConfig.of(config), parameters, languageHead);
    }

    /** Files may hold a copy of the tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.equals("lm_head.weight");
    }
}
