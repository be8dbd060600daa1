package org.maliang.model.parity;

import java.util.Map;
import org.maliang.model.ModelException;
import org.maliang.model.blip.BlipCaptioning;
import org.maliang.tensor.Tensor;

/**
 * A model that describes images.
 *
 * @param model owned
 */
record ImageCaptioning(BlipCaptioning model) implements Subject {

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException("the arguments " + golden.arguments() + " mean nothing to a captioning model");
        }
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        Tensor image = model.images().hidden(given.image()); // [batch, positions, hidden]
        return Map.of(
                "logits", model.logits(given.text(), given.image()),
                "image_embeds", image,
                "last_hidden_state", image);
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = GoldenInputs.ofTextAndImage(golden.inputs());
        return BlipCaptioning.loss(model.logits(given.text(), given.image()), given.tensor("labels"));
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        throw new ModelException("captioning models write no captions here");
    }

    @Override
    public void close() {
        model.close();
    }
}
