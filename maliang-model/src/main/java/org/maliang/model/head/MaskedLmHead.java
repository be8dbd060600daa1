package org.maliang.model.head;

import java.util.stream.IntStream;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Tells which token stands at a position (Devlin et al., arXiv:1810.04805): dense, activation, norm, and a product with
 * every token's vector.
 *
 * @param decoder {@code [vocabulary, size]}; usually the token embedding itself
 * @param bias {@code [vocabulary]}
 */
public record MaskedLmHead(Projection dense, Activation activation, LayerNorm norm, Tensor decoder, Tensor bias) {

    private static final long IGNORED = -100;

    /** {@code [..., hidden] -> [..., vocabulary]}. */
    public Tensor logits(Tensor hidden) {
        return Ops.linear(transformed(hidden), decoder, bias);
    }

    /** What is compared with the tokens' vectors: {@code [..., hidden] -> [..., size]}. */
    public Tensor transformed(Tensor hidden) {
        return norm.apply(activation.apply(dense.apply(hidden)));
    }

    /**
     * The mean negative log-likelihood, in nats, of the tokens that are asked for; only their logits are made.
     *
     * @param hidden {@code [batch, time, hidden]}
     * @param labels {@code [batch, time]}, I64: the token, or -100 where nothing is asked; NaN when nothing is
     */
    public Tensor loss(Tensor hidden, Tensor labels) {
        Tensor states = hidden.flatten(0, 1); // [batch * time, hidden]
        Tensor targets = labels.flatten(); // [batch * time]
        long[] ids = targets.toLongs();
        long[] asked = IntStream.range(0, ids.length)
                .filter(i -> ids[i] != IGNORED)
                .asLongStream()
                .toArray();
        if (asked.length == 0 || asked.length == ids.length) {
            return Ops.crossEntropy(logits(states), targets, IGNORED);
        }
        Tensor rows = Tensor.of(asked, asked.length).to(hidden.device());
        return Ops.crossEntropy(logits(states.indexSelect(0, rows)), targets.indexSelect(0, rows), IGNORED);
    }
}
