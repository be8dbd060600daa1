package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** Finds the answer to a question as a span of the text: where it starts and where it ends (SQuAD, CMRC). */
public final class QuestionAnswering extends TaskModel {

    /**
     * Scores of every position.
     *
     * @param start {@code [batch, time]}
     * @param end {@code [batch, time]}, the last token of the answer
     */
    public record Span(Tensor start, Tensor end) {}

    private final VectorHead head;

    public QuestionAnswering(Encoder encoder, Parameters all, VectorHead head) {
        super(encoder, all);
        this.head = head;
    }

    /** Scores of all positions, those of an image behind the text included: {@code [batch, time, hidden]} to spans. */
    public Span span(Tensor hidden, EncoderInput input) {
        Tensor both = head.apply(hidden, input.isTraining()); // [batch, time, 2]
        return new Span(both.select(2, 0), both.select(2, 1));
    }

    /**
     * The mean cross-entropy of start and end; a position behind the text does not count.
     *
     * @param start {@code [batch]}
     * @param end {@code [batch]}
     */
    public Tensor loss(Span span, Tensor start, Tensor end) {
        return half(span.start(), start).add(half(span.end(), end)).div(2);
    }

    private static Tensor half(Tensor logits, Tensor positions) {
        long time = logits.size(1);
        return Ops.crossEntropy(logits, positions.flatten().clamp(0, (double) time), time);
    }
}
