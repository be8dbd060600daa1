package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** One label for every token: names of entities, parts of speech, word boundaries. */
public final class TokenClassifier extends TaskModel {

    private static final long IGNORED = -100;

    private final VectorHead head;

    public TokenClassifier(Encoder encoder, Parameters all, VectorHead head) {
        super(encoder, all);
        this.head = head;
    }

    /** {@code [batch, positions, hidden] -> [batch, time, labels]}; positions after the text are an image's and left out. */
    public Tensor logits(Tensor hidden, EncoderInput input) {
        return head.apply(hidden.narrow(1, 0, input.time()), input.isTraining());
    }

    /** The mean cross-entropy over the labels {@code [batch, time]} that are not -100. */
    public Tensor loss(Tensor logits, Tensor labels) {
        return Ops.crossEntropy(logits.flatten(0, 1), labels.flatten(), IGNORED);
    }
}
