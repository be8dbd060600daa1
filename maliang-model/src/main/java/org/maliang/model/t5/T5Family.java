package org.maliang.model.t5;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.Model;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.model.layer.Parameters;

/** T5 and mT5 files. */
public final class T5Family extends T5ModelFamily {

    private static final String BODY = "transformer";

    @Override
    public T5Config config(JsonNode config) {
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
}
