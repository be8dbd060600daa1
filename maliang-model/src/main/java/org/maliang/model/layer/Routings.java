package org.maliang.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * Which experts the sparse layers of one pass sent tokens to, and the losses that are made of it. All layers are taken
 * together, as if their tokens stood in one row.
 */
public final class Routings {

    private final List<Tensor> logits = new ArrayList<>(); // [batch, time, experts] each
    private final List<Tensor> chosen = new ArrayList<>(); // [batch, time] each

    /**
     * Notes what a layer decided.
     *
     * @param scores of the experts {@code [batch, time, experts]}
     * @param experts that read the tokens {@code [batch, time]}, I64
     */
    void add(Tensor scores, Tensor experts) {
        logits.add(scores);
        chosen.add(experts);
    }

    /** Whether no sparse layer was passed. */
    public boolean isEmpty() {
        return logits.isEmpty();
    }

    /**
     * How unevenly experts are used: experts × Σ share of tokens × mean probability (Fedus et al., arXiv:2101.03961,
     * equations 4 to 6), the mean over the rows; 1 when all are used alike.
     */
    public Tensor balanceLoss() {
        Tensor all = Tensor.cat(logits, 1); // [batch, layers * time, experts]
        long experts = all.size(-1);
        Tensor shares = Tensor.cat(chosen, 1).oneHot(experts).to(DType.F32).mean(1, false); // [batch, experts]
        Tensor probabilities = all.softmax(-1).mean(1, false);
        return shares.mul(probabilities).mean().mul((double) experts * experts);
    }

    /** How large router logits are: the mean square of their logarithmic sum (Zoph et al., arXiv:2202.08906, equation 5). */
    public Tensor zLoss() {
        return Tensor.cat(logits, 1).logsumexp(-1, false).square().mean();
    }
}
