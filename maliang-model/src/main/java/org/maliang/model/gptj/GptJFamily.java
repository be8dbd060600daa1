package org.maliang.model.gptj;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** GptJ files: Hugging Face's names. */
public final class GptJFamily extends DecoderFamily {

    public GptJFamily() {
        super("transformer.");
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return GptJConfig.of(config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new GptJ(GptJConfig.of(config), parameters, languageHead);
    }

    /** Old files hold the causal mask as buffers; some hold a copy of a tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".attn.bias") || stored.endsWith(".attn.masked_bias") || stored.equals("lm_head.weight");
    }
}
