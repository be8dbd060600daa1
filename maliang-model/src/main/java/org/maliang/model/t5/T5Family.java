package org.maliang.model.t5;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.Family;
import org.maliang.model.Model;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.model.layer.Parameters;

/** T5 and mT5 files: Hugging Face's names; the shared embedding may stand under the name of one of the stacks. */
public final class T5Family implements Family {

    private static final String BODY = "transformer";
    private static final String SHARED = "shared.weight";
    private static final List<String> COPIES = List.of("encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

    @Override
    public EncoderDecoderConfig config(JsonNode config) {
        return T5Config.of(config);
    }

    @Override
    public Model build(JsonNode json, Parameters.Source source) {
        T5Config config = T5Config.of(json);
        Parameters all = Parameters.from(source);
        return switch (config.task().kind()) {
            case ENCODER_OF_TWO -> T5.encoder(config, all);
            case CLASSIFICATION ->
                EncoderDecoderClassifier.of(
                        config.task(),
                        new T5(config.headless(), all.at(BODY)),
                        all,
                        config.classifierDropout(),
                        config.shape().scaled(config.hiddenSize()));
            default -> new T5(config, all);
        };
    }

    @Override
    public List<String> storedNames(String parameter) {
        if (!parameter.endsWith(SHARED)) {
            return List.of(parameter);
        }
        String prefix = parameter.substring(0, parameter.length() - SHARED.length());
        return List.of(parameter, prefix + COPIES.get(0), prefix + COPIES.get(1));
    }

    /** Copies of the shared embedding, a bias of distances that cross-attention never had, a head that is not asked for. */
    @Override
    public boolean ignores(JsonNode config, String stored) {
        return COPIES.stream().anyMatch(stored::endsWith)
                || stored.endsWith("EncDecAttention.relative_attention_bias.weight")
                || headless(T5Config.of(config), stored);
    }

    private static boolean headless(T5Config config, String stored) {
        return switch (config.task().kind()) {
            case ENCODER_OF_TWO -> stored.startsWith("decoder.") || stored.startsWith("lm_head.");
            case CLASSIFICATION -> stored.startsWith("lm_head.");
            default -> config.tiedHead() && stored.startsWith("lm_head.");
        };
    }
}
