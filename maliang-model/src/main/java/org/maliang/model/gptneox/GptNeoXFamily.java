package org.maliang.model.gptneox;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** GPT-NeoX files: Hugging Face's names. */
public final class GptNeoXFamily extends DecoderFamily {

    public GptNeoXFamily() {
        super("gpt_neox.");
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return GptNeoXConfig.of(config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new GptNeoX(GptNeoXConfig.of(config), parameters, languageHead);
    }

    /** Old files hold the causal mask and the rotary frequencies as buffers. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".attention.bias")
                || stored.endsWith(".attention.masked_bias")
                || stored.endsWith(".rotary_emb.inv_freq")
                || stored.equals("embed_out.weight");
    }
}
