package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
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

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return x.add(dropout.apply(branch.apply(norm.apply(x), pass), pass.training()));
    }

    @Override
    public HostRows apply(HostRows x, Pass pass) {
        return x.plus(branch.apply(norm.apply(x), pass));
    }
}
