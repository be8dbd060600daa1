package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** One number for every choice, each read together with its question; the highest is the answer. */
public final class MultipleChoice extends TaskModel {

    private static final long IGNORED = -100;

    private final VectorHead head;

    public MultipleChoice(Encoder encoder, Parameters all, VectorHead head) {
        super(encoder, all);
        this.head = head;
    }

    /**
     * Scores of the choices.
     *
     * @param hidden {@code [batch * choices, time, hidden]}, made of the {@linkplain EncoderInput#flattened flattened} input
     * @param choices how many belong together
     * @return {@code [batch, choices]}
     */
    public Tensor logits(Tensor hidden, EncoderInput flattened, long choices) {
        return head.apply(encoder().pooled(hidden, flattened), flattened.isTraining())
                .view(-1, choices);
    }

    /** The mean cross-entropy of the right choices {@code [batch]}. */
    public Tensor loss(Tensor logits, Tensor labels) {
        return Ops.crossEntropy(logits, labels.flatten(), IGNORED);
    }
}
