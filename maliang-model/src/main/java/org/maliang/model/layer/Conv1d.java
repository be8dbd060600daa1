package org.maliang.model.layer;

import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * {@code y = x W + b} with the weight stored {@code [in, out]}, as OpenAI's GPT-2 files hold it. The name is theirs: a
 * convolution of width one.
 *
 * @param weight {@code [in, out]}
 * @param bias {@code [out]}
 */
public record Conv1d(Tensor weight, Tensor bias) implements Projection {

    /** Takes {@code weight} and {@code bias}; the bias starts at zero. */
    public static Conv1d of(Parameters parameters, Initial initial, int in, int out) {
        return new Conv1d(parameters.take("weight", initial, in, out), parameters.take("bias", Initial.ZEROS, out));
    }

    @Override
    public Tensor apply(Tensor x) {
        return Ops.linear(x, weight.transpose(0, 1), bias); // [..., out]
    }
}
