package org.maliang.model.layer;

import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Root mean square normalisation of the last dimension (Zhang and Sennrich, arXiv:1910.07467).
 *
 * @param weight {@code [size]}
 * @param epsilon added to the mean square
 */
public record RmsNorm(Tensor weight, double epsilon) implements Norm {

    public static RmsNorm of(Parameters parameters, int size, double epsilon) {
        return new RmsNorm(parameters.take("weight", Initial.ONES, size), epsilon);
    }

    @Override
    public Tensor apply(Tensor x) {
        return Ops.rmsNorm(x, weight, epsilon);
    }
}
