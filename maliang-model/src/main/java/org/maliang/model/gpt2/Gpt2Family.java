package org.maliang.model.gpt2;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.layer.Parameters;

/** GPT-2 files: Hugging Face's names, with or without {@code transformer.} before them. */
public final class Gpt2Family implements Family {

    private static final String BODY = "transformer.";

    @Override
    public DecoderConfig config(JsonNode config) {
        return Gpt2Config.of(config);
    }

    @Override
    public Decoder build(JsonNode config, Parameters.Source source) {
        return new Gpt2(Gpt2Config.of(config), Parameters.from(source));
    }

    @Override
    public List<String> storedNames(String parameter) {
        return parameter.startsWith(BODY) ? List.of(parameter, parameter.substring(BODY.length())) : List.of(parameter);
    }

    /** Old files hold the causal mask as buffers, and a copy of the tied head. */
    @Override
    public boolean ignores(String stored) {
        return stored.endsWith(".attn.bias") || stored.endsWith(".attn.masked_bias") || stored.equals("lm_head.weight");
    }
}
