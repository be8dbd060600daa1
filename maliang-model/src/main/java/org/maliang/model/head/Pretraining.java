package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Masked words and, from the pooled vector, how two sentences belong together: whether the second follows the first (BERT,
 * arXiv:1810.04805), or whether their order was swapped (ALBERT, arXiv:1909.11942).
 */
public final class Pretraining extends TaskModel {

    private static final long IGNORED = -100;

    private final MaskedLmHead words;
    private final VectorHead sentences;

    public Pretraining(Encoder encoder, Parameters all, MaskedLmHead words, VectorHead sentences) {
        super(encoder, all);
        this.words = words;
        this.sentences = sentences;
    }

    /** Scores of every token: {@code [..., hidden] -> [..., vocabulary]}. */
    public Tensor wordLogits(Tensor hidden) {
        return words.logits(hidden);
    }

    /** Scores of the relations of two sentences: {@code [batch, time, hidden] -> [batch, relations]}. */
    public Tensor sentenceLogits(Tensor hidden, EncoderInput input) {
        return sentences.apply(encoder().pooled(hidden, input), input.isTraining());
    }

    /** {@link MaskedLmHead#loss}. */
    public Tensor wordLoss(Tensor hidden, Tensor labels) {
        return words.loss(hidden, labels);
    }

    /** The mean cross-entropy of the relations {@code [batch]}. */
    public Tensor sentenceLoss(Tensor hidden, EncoderInput input, Tensor relations) {
        return Ops.crossEntropy(sentenceLogits(hidden, input), relations.flatten(), IGNORED);
    }
}
