package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.Model;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.blip.BlipCaptioning;
import org.maliang.model.head.DecoderClassifier;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.tensor.Tensor;

/**
 * The model under comparison: it takes golden cases and gives what it makes of them. Results belong to the open scope. A
 * case that it cannot run is a {@link org.maliang.model.ModelException}.
 */
interface Subject extends AutoCloseable {

    /** Loads the model of {@code golden}, with {@code overrides} written over its {@code config.json}. */
    static Subject open(Golden golden, JsonNode overrides) {
        ObjectNode config = config(golden.directory(), overrides);
        config.putArray("architectures").add(golden.modelClass());
        Model model = Models.load(golden.directory(), config, Placement.CPU.copied());
        if (model instanceof Decoder decoder) {
            return new CausalLm(decoder);
        }
        if (model instanceof DecoderClassifier classifier) {
            return new DecoderClassifierModel(classifier);
        }
        if (model instanceof BlipCaptioning captioning) {
            return new ImageCaptioning(captioning);
        }
        if (model instanceof EncoderDecoder writer) {
            return new SourceToTarget(writer);
        }
        if (model instanceof EncoderDecoderClassifier classifier) {
            return new SourceClassifier(classifier);
        }
        return EncoderModel.of(golden, model);
    }

    /** The {@code config.json} of {@code directory} with {@code overrides} written over it. */
    static ObjectNode config(ModelDirectory directory, JsonNode overrides) {
        ObjectNode config = directory.config();
        override(config, overrides);
        return config;
    }

    private static void override(ObjectNode config, JsonNode overrides) {
        overrides.propertyStream().forEach(entry -> {
            if (entry.getValue().isObject() && config.get(entry.getKey()) instanceof ObjectNode nested) {
                override(nested, entry.getValue());
            } else {
                config.set(entry.getKey(), entry.getValue());
            }
        });
    }

    /** By the names of the reference implementation. */
    Map<String, Tensor> parameters();

    /** The outputs that the case names. */
    Map<String, Tensor> forward(ForwardCase golden);

    /** The loss of the batch, on the tape; dropout is off. */
    Tensor loss(TrainingCase golden);

    /** The ids, and the scores of beams, that the case names. */
    Map<String, Tensor> generate(GenerationCase golden);

    @Override
    void close();
}
