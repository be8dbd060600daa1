package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** Root mean square normalisation of the last dimension (Zhang and Sennrich, arXiv:1910.07467). */
public final class RmsNorm implements Norm {

    private final Tensor weight; // [size]
    private final HostWeight copy;
    private final double epsilon;

    /**
     * @param weight {@code [size]}
     * @param epsilon added to the mean square
     */
    public RmsNorm(Tensor weight, double epsilon) {
        this.weight = weight;
        this.copy = new HostWeight(weight);
        this.epsilon = epsilon;
    }

    public static RmsNorm of(Parameters parameters, int size, double epsilon) {
        return new RmsNorm(parameters.take("weight", Initial.ONES, size), epsilon);
    }

    @Override
    public Tensor apply(Tensor x) {
        return Ops.rmsNorm(x, weight, epsilon);
    }

    @Override
    public HostRows apply(HostRows x) {
        return x.rmsNorm(copy.values(), epsilon);
    }
}
