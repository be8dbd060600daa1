package org.maliang.model.head;

import java.util.stream.IntStream;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** Tells which tokens are not the original ones (Clark et al., ELECTRA, arXiv:2003.10555). */
public final class ReplacedTokenDetector extends TaskModel {

    private final VectorHead head;

    public ReplacedTokenDetector(Encoder encoder, Parameters all, VectorHead head) {
        super(encoder, all);
        this.head = head;
    }

    /** Scores of having been replaced: {@code [batch, time, hidden] -> [batch, time]}. */
    public Tensor logits(Tensor hidden, EncoderInput input) {
        return head.apply(hidden, input.isTraining()).squeeze(-1);
    }

    /**
     * The mean cross-entropy of yes and no over the tokens that the input's mask {@code [batch, time]} shows.
     *
     * @param replaced {@code [batch, time]}, 1 where a token was replaced
     */
    public Tensor loss(Tensor logits, EncoderInput input, Tensor replaced) {
        Tensor answers = replaced.to(logits.dtype());
        return input.mask()
                .map(mask -> seen(logits, answers, mask))
                .orElseGet(() -> Ops.binaryCrossEntropy(logits, answers));
    }

    private static Tensor seen(Tensor logits, Tensor answers, Tensor mask) {
        long[] visible = mask.toLongs();
        long[] rows = IntStream.range(0, visible.length)
                .filter(i -> visible[i] == 1)
                .asLongStream()
                .toArray();
        Tensor chosen = Tensor.of(rows, rows.length).to(logits.device());
        return Ops.binaryCrossEntropy(
                logits.flatten().indexSelect(0, chosen), answers.flatten().indexSelect(0, chosen));
    }
}
