package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/**
 * Half a layer with the norm before the branch, which leaves a clean path from end to end (Xiong et al., arXiv:2002.04745).
 *
 * <pre>
 * x ─┬─ norm ─ branch ─ dropout ─⊕─
 *    └───────────────────────────┘
 * </pre>
 */
public record PreNorm(Norm norm, Block branch, Dropout dropout) implements Block {

    public static PreNorm of(LayerNorm norm, FeedForward branch, Dropout dropout) {
        return new PreNorm(norm, (x, pass) -> branch.apply(x), dropout);
    }

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return x.add(dropout.apply(branch.apply(norm.apply(x), pass), pass.training()));
    }
}
