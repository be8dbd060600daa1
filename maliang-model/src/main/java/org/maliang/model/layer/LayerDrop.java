package org.maliang.model.layer;

import org.maliang.tensor.DType;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** A layer that is left out now and then while training (Fan et al., arXiv:1909.11556). */
public record LayerDrop(Block layer, double probability) implements Block {

    /** {@code layer} itself where nothing is to be left out. */
    public static Block of(Block layer, double probability) {
        return probability == 0 ? layer : new LayerDrop(layer, probability);
    }

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        boolean left =
                pass.training() && Ops.uniform(Tensor.zeros(DType.F32, 1)).item() < probability;
        return left ? x : layer.apply(x, pass);
    }
}
