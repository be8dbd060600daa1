package org.maliang.model.layer;

import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Layer normalisation over the last dimension (Ba et al., arXiv:1607.06450).
 *
 * @param weight {@code [size]}
 * @param bias {@code [size]}
 * @param epsilon added to the variance
 */
public record LayerNorm(Tensor weight, Tensor bias, double epsilon) implements Norm {

    public static LayerNorm of(Parameters parameters, int size, double epsilon) {
        return new LayerNorm(
                parameters.take("weight", Initial.ONES, size), parameters.take("bias", Initial.ZEROS, size), epsilon);
    }

    @Override
    public Tensor apply(Tensor x) {
        return Ops.layerNorm(x, weight, bias, epsilon);
    }
}
