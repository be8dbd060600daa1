package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** Tells from the pooled vector whether one sentence follows the other: 0 if it does, 1 if not. */
public final class NextSentence extends TaskModel {

    private static final long IGNORED = -100;

    private final VectorHead head;

    public NextSentence(Encoder encoder, Parameters all, VectorHead head) {
        super(encoder, all);
        this.head = head;
    }

    /** {@code [batch, time, hidden] -> [batch, 2]}. */
    public Tensor logits(Tensor hidden, EncoderInput input) {
        return head.apply(encoder().pooled(hidden, input), input.isTraining());
    }

    /** The mean cross-entropy of {@code labels [batch]}. */
    public Tensor loss(Tensor logits, Tensor labels) {
        return Ops.crossEntropy(logits, labels.flatten(), IGNORED);
    }
}
