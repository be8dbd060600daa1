package org.maliang.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.head.DecoderFamily;
import org.maliang.model.layer.Parameters;

/** Files of LLaMA, Mistral, Qwen2 and Qwen3: Hugging Face's names. */
public final class LlamaFamily extends DecoderFamily {

    private final LlamaConfig.Dialect dialect;

    public LlamaFamily(LlamaConfig.Dialect dialect) {
        super("model.");
        this.dialect = dialect;
    }

    @Override
    public DecoderConfig config(JsonNode config) {
        return LlamaConfig.of(dialect, config);
    }

    @Override
    protected Decoder assemble(JsonNode config, Parameters parameters, boolean languageHead) {
        return new Llama(LlamaConfig.of(dialect, config), parameters, languageHead);
    }

    /** Old files hold the frequencies as buffers, and a copy of a tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".rotary_emb.inv_freq") || stored.equals("lm_head.weight");
    }
}
