package org.maliang.model.switchtransformers;

import com.fasterxml.jackson.databind.JsonNode;
import org.maliang.model.HeadKind;
import org.maliang.model.Model;
import org.maliang.model.layer.Parameters;
import org.maliang.model.t5.T5ModelFamily;

/** Switch Transformers files. */
public final class SwitchFamily extends T5ModelFamily {

    @Override
    public SwitchConfig config(JsonNode config) {
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
}
