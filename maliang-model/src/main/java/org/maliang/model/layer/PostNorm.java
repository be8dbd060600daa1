package org.maliang.model.layer;

import org.maliang.tensor.Tensor;

/**
 * Half a layer with the norm behind the sum, as in the first Transformer (Vaswani et al., arXiv:1706.03762) and BERT.
 *
 * <pre>
 * x ─┬─ branch ─ dropout ─⊕─ norm ─
 *    └────────────────────┘
 * </pre>
 */
public record PostNorm(Block branch, Dropout dropout, LayerNorm norm) implements Block {

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return norm.apply(x.add(dropout.apply(branch.apply(x, pass), pass.training())));
    }
}
