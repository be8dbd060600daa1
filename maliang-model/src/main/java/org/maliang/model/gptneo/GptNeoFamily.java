package org.maliang.model.gptneo;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** GptNeo files: Hugging Face's names. */
public final class GptNeoFamily extends DecoderFamily {

    public GptNeoFamily() {
        super("transformer.");
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return GptNeoConfig.of(config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new GptNeo(GptNeoConfig.of(config), parameters, languageHead);
    }

    /** Old files hold masks as buffers, and a copy of the tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".attention.bias")
                || stored.endsWith(".attention.masked_bias")
                || stored.equals("lm_head.weight");
    }
}
