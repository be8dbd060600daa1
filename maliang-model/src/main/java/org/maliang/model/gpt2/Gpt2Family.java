package org.maliang.model.gpt2;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** GPT-2 files: Hugging Face's names, with or without {@code transformer.} before them. */
public final class Gpt2Family extends DecoderFamily {

    public Gpt2Family() {
        super("transformer.");
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return Gpt2Config.of(config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new Gpt2(Gpt2Config.of(config), parameters, languageHead);
    }

    /** Old files hold the causal mask as buffers, and a copy of the tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.matches(".*\\.(attn|crossattention)\\.(bias|masked_bias)") || stored.equals("lm_head.weight");
    }
}
