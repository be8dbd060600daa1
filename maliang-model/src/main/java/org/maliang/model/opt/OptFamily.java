package org.maliang.model.opt;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** Opt files: Hugging Face's names. */
public final class OptFamily extends DecoderFamily {

    public OptFamily() {
        super("model.");
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return OptConfig.of(config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new Opt(OptConfig.of(config), parameters, languageHead);
    }

    /** Files may hold a copy of the tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.equals("lm_head.weight");
    }
}
