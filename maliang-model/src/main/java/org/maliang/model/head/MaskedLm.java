package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Tensor;

/** An encoder that fills in masked words. */
public final class MaskedLm extends TaskModel {

    private final MaskedLmHead head;

    public MaskedLm(Encoder encoder, Parameters all, MaskedLmHead head) {
        super(encoder, all);
        this.head = head;
    }

    /** Scores of every token: {@code [..., hidden] -> [..., vocabulary]}. */
    public Tensor logits(Tensor hidden) {
        return head.logits(hidden);
    }

    /** {@link MaskedLmHead#loss}. */
    public Tensor loss(Tensor hidden, Tensor labels) {
        return head.loss(hidden, labels);
    }
}
