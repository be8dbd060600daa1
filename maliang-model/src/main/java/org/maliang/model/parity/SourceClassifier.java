package org.maliang.model.parity;

import java.util.Map;
import java.util.Set;
import org.maliang.model.ModelException;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.tensor.Tensor;

/**
 * An encoder-decoder that classifies texts.
 *
 * @param model owned
 */
record SourceClassifier(EncoderDecoderClassifier model) implements Subject {

    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "labels");
    private static final String SUBJECT = "a classifier of two stacks";

    @Override
    public Map<String, Tensor> parameters() {
        return model.parameters();
    }

    @Override
    public Map<String, Tensor> forward(ForwardCase golden) {
        if (!golden.arguments().isEmpty()) {
            throw new ModelException("the arguments " + golden.arguments() + " mean nothing to " + SUBJECT);
        }
        return Map.of("logits", logits(GoldenInputs.of(golden.inputs(), INPUTS, SUBJECT)));
    }

    private Tensor logits(GoldenInputs given) {
        return model.logits(given.encoderInput());
    }

    @Override
    public Tensor loss(TrainingCase golden) {
        GoldenInputs given = GoldenInputs.of(golden.inputs(), INPUTS, SUBJECT);
        return model.loss(logits(given), given.tensor("labels"));
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
