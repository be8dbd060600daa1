package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Tensor;

/**
 * {@code y = x Wᵀ + b} with the weight stored {@code [out, in]}.
 *
 * @param product the map, closed with the model
 */
public record Linear(MatMul product) implements Projection {

    /** Takes {@code weight} and {@code bias}; the bias starts at zero. */
    public static Linear of(Parameters parameters, Initial initial, int in, int out) {
        return of(parameters, initial, in, out, true);
    }

    /** Takes {@code weight} only. */
    public static Linear withoutBias(Parameters parameters, Initial initial, int in, int out) {
        return of(parameters, initial, in, out, false);
    }

    /** Takes {@code weight}, and {@code bias} where there is one. */
    public static Linear of(Parameters parameters, Initial initial, int in, int out, boolean bias) {
        return new Linear(parameters.product(initial, MatMul.Layout.OUT_IN, in, out, bias));
    }

    @Override
    public Tensor apply(Tensor x) {
        return product.apply(x); // [..., out]
    }

    @Override
    public HostRows apply(HostRows x) {
        return product.apply(x);
    }
}
