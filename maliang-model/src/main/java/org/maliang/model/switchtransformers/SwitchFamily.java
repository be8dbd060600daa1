package org.maliang.model.switchtransformers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.layer.Parameters;

/** Switch Transformers files: Hugging Face's names; the shared embedding may stand under the name of one of the stacks. */
public final class SwitchFamily implements Family {

    private static final String SHARED = "shared.weight";
    private static final List<String> COPIES = List.of("encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

    @Override
    public EncoderDecoderConfig config(JsonNode config) {
        return SwitchConfig.of(config);
    }

    @Override
    public Model build(JsonNode json, Parameters.Source source) {
        SwitchConfig config = SwitchConfig.of(json);
        Parameters all = Parameters.from(source);
        return config.task().kind() == HeadKind.ENCODER_OF_TWO
                ? SwitchTransformers.encoder(config, all)
                : new SwitchTransformers(config, all);
    }

    @Override
    public List<String> storedNames(String parameter) {
        return parameter.equals(SHARED) ? List.of(SHARED, COPIES.get(0), COPIES.get(1)) : List.of(parameter);
    }

    /** Copies of the shared embedding, a bias of distances that cross-attention never had, the parts not asked for. */
    @Override
    public boolean ignores(JsonNode json, String stored) {
        SwitchConfig config = SwitchConfig.of(json);
        boolean reads = config.task().kind() == HeadKind.ENCODER_OF_TWO;
        return COPIES.contains(stored)
                || stored.endsWith("EncDecAttention.relative_attention_bias.weight")
                || (stored.startsWith("lm_head.") && (reads || config.tiedHead()))
                || (stored.startsWith("decoder.") && reads);
    }
}
