package org.maliang.model.head;

import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Problem;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Tensor;

/** Numbers for a whole text or image: one label, several, or measurements. Reads the pooled vector. */
public final class Classifier extends TaskModel {

    private final VectorHead head;
    private final Optional<Problem> problem;

    /** @param problem what the labels mean; empty leaves it to the labels themselves */
    public Classifier(Encoder encoder, Parameters all, VectorHead head, Optional<Problem> problem) {
        super(encoder, all);
        this.head = head;
        this.problem = problem;
    }

    /** {@code [batch, time, hidden] -> [batch, labels]}. */
    public Tensor logits(Tensor hidden, EncoderInput input) {
        return head.apply(encoder().pooled(hidden, input), input.isTraining());
    }

    /**
     * The mean loss that belongs to the kind of problem.
     *
     * @param logits {@code [batch, labels]}
     * @param labels {@code [batch]} of one label each (I64); {@code [batch, labels]} of several, 0 or 1 (F32), or of
     *     measurements
     */
    public Tensor loss(Tensor logits, Tensor labels) {
        int count = (int) logits.size(1);
        return problem.orElseGet(() -> Problem.guess(count, labels.dtype())).loss(logits, labels);
    }
}
