package org.maliang.model.layer;

import org.maliang.tensor.HostRows;
import org.maliang.tensor.MatMul;
import org.maliang.tensor.Tensor;

/**
 * {@code y = x W + b} with the weight stored {@code [in, out]}, as OpenAI's GPT-2 files hold it. The name is theirs: a
 * convolution of width one.
 *
 * @param product the map, closed with the model
 */
public record Conv1d(MatMul product) implements Projection {

    /** Takes {@code weight} and {@code bias}; the bias starts at zero. */
    public static Conv1d of(Parameters parameters, Initial initial, int in, int out) {
        return new Conv1d(parameters.product(initial, MatMul.Layout.IN_OUT, in, out, true));
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
