package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/**
 * A layer whose halves both read what came in (Wang and Komatsuzaki 2021, github.com/kingoflolz/mesh-transformer-jax).
 *
 * <pre>
 *    ┌─ norm1 ─ first ── dropout ─┐
 * x ─┼─ norm2 ─ second ─ dropout ─⊕─
 *    └────────────────────────────┘
 * </pre>
 *
 * @param norm2 may be {@code norm1} itself, which is applied once then
 */
public record ParallelHalves(Norm norm1, Block first, Norm norm2, Block second, Dropout dropout) implements Block {

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        Tensor n1 = norm1.apply(x);
        Tensor n2 = norm2 == norm1 ? n1 : norm2.apply(x);
        Tensor a = dropout.apply(first.apply(n1, pass), pass.training());
        Tensor b = dropout.apply(second.apply(n2, pass), pass.training());
        return a.add(b).add(x);
    }

    @Override
    public HostRows apply(HostRows x, Pass pass) {
        HostRows n1 = norm1.apply(x);
        HostRows n2 = norm2 == norm1 ? n1 : norm2.apply(x);
        return first.apply(n1, pass).plus(second.apply(n2, pass)).plus(x);
    }
}
