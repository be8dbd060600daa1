package org.maliang.model.layer;

import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * {@code y = x Wᵀ + b} with the weight stored {@code [out, in]}.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}
 */
public record Linear(Tensor weight, Tensor bias) implements Projection {

    /** Takes {@code weight} and {@code bias}; the bias starts at zero. */
    public static Linear of(Parameters parameters, Initial initial, int in, int out) {
        return new Linear(parameters.take("weight", initial, out, in), parameters.take("bias", Initial.ZEROS, out));
    }

    /** Takes {@code weight} only. */
    public static Projection withoutBias(Parameters parameters, Initial initial, int in, int out) {
        Tensor weight = parameters.take("weight", initial, out, in);
        return x -> Ops.linear(x, weight);
    }

    /** Takes {@code weight}, and {@code bias} where there is one. */
    public static Projection of(Parameters parameters, Initial initial, int in, int out, boolean bias) {
        return bias ? of(parameters, initial, in, out) : withoutBias(parameters, initial, in, out);
    }

    @Override
    public Tensor apply(Tensor x) {
        return Ops.linear(x, weight, bias); // [..., out]
    }
}
