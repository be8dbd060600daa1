package org.maliang.model.t5;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.Family;

/**
 * Files of T5 and of the families made from it: Hugging Face's names; the shared embedding may stand under the name of one
 * of the stacks.
 */
public abstract class T5ModelFamily implements Family {

    private static final String SHARED = "shared.weight";
    private static final List<String> COPIES = List.of("encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

    @Override
    public abstract T5ModelConfig config(JsonNode config);

    @Override
    public final List<String> storedNames(String parameter) {
        if (!parameter.endsWith(SHARED)) {
            return List.of(parameter);
        }
        String prefix = parameter.substring(0, parameter.length() - SHARED.length());
        return List.of(parameter, prefix + COPIES.get(0), prefix + COPIES.get(1));
    }

    /** Copies of the shared embedding, a bias of distances that cross-attention never had, the parts not asked for. */
    @Override
    public final boolean ignores(JsonNode json, String stored) {
        return COPIES.stream().anyMatch(stored::endsWith)
                || stored.endsWith("EncDecAttention.relative_attention_bias.weight")
                || headless(config(json), stored);
    }

    private static boolean headless(T5ModelConfig config, String stored) {
        return switch (config.task().kind()) {
            case ENCODER_OF_TWO -> stored.startsWith("decoder.") || stored.startsWith("lm_head.");
            case CLASSIFICATION -> stored.startsWith("lm_head.");
            default -> config.tiedHead() && stored.startsWith("lm_head.");
        };
    }
}
