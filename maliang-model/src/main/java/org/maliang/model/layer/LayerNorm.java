package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** Layer normalisation over the last dimension (Ba et al., arXiv:1607.06450). */
public final class LayerNorm implements Norm {

    private final Tensor weight; // [size]
    private final Tensor bias; // [size]
    private final HostWeight weightCopy;
    private final HostWeight biasCopy;
    private final double epsilon;

    /**
     * @param weight {@code [size]}
     * @param bias {@code [size]}
     * @param epsilon added to the variance
     */
    public LayerNorm(Tensor weight, Tensor bias, double epsilon) {
        this.weight = weight;
        this.bias = bias;
        this.weightCopy = new HostWeight(weight);
        this.biasCopy = new HostWeight(bias);
        this.epsilon = epsilon;
    }

    public static LayerNorm of(Parameters parameters, int size, double epsilon) {
        return new LayerNorm(
                parameters.take("weight", Initial.ONES, size), parameters.take("bias", Initial.ZEROS, size), epsilon);
    }

    @Override
    public Tensor apply(Tensor x) {
        return Ops.layerNorm(x, weight, bias, epsilon);
    }

    @Override
    public HostRows apply(HostRows x) {
        return x.layerNorm(weightCopy.values(), biasCopy.values(), epsilon);
    }
}
