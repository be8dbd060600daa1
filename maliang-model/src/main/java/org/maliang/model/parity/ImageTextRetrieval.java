package org.maliang.model.parity;

import java.util.Map;
import org.maliang.model.ModelException;
import org.maliang.model.blip.BlipRetrieval;
import org.maliang.tensor.Tensor;

/**
 * A model that says whether a text describes an image.
 *
 * @param model owned
 */
record ImageTextRetrieval(BlipRetrieval model) implements Subject {

    private static final String THOROUGH = "use_itm_head";

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        golden.arguments().propertyStream().forEach(argument -> {
            if (!argument.getKey().equals(THOROUGH)) {
                throw new ModelException("the argument " + argument + " means nothing to image-text retrieval");
            }
        });
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        Tensor scores = golden.arguments().path(THOROUGH).asBoolean(true)
                ? model.match(given.text(), given.image())
                : BlipRetrieval.similarity(model.imageVector(given.image()), model.textVector(given.text()));
        return Map.of("itm_score", scores);
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        throw new ModelException("image-text retrieval has no loss");
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        throw new ModelException("image-text retrieval generates nothing");
    }

    @Override
    public void close() {
        model.close();
    }
}
