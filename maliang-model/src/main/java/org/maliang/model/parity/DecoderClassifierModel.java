package org.maliang.model.parity;

import java.util.Map;
import org.maliang.model.ModelException;
import org.maliang.model.head.DecoderClassifier;
import org.maliang.tensor.Tensor;

/**
 * A decoder that classifies whole texts.
 *
 * @param model owned
 */
record DecoderClassifierModel(DecoderClassifier model) implements Subject {

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        return Map.of("logits", model.logits(CausalLm.given(golden.inputs()).decoderInput("")));
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = CausalLm.given(golden.inputs());
        return model.loss(model.logits(given.decoderInput("")), given.tensor("labels"));
    }

    @Override
    public Map<String, Tensor> generate(GenerationCase golden) {
        throw new ModelException("a classifier generates nothing");
    }

    @Override
    public void close() {
        model.close();
    }
}
