package org.maliang.tensor;

import java.util.Map;

/** Moves parameters against their gradients. The state tensors belong to the optimiser; {@code close} frees them. */
public interface Optimizer extends AutoCloseable {
    /** One update of every parameter that has a gradient. */
    void step(double learningRate);

    /** Drops the gradients of all parameters. */
    void zeroGrad();

    /** Named state ({@code exp_avg.<parameter>} …, and the scalar {@code step}), for a checkpoint; owned by the optimiser. */
    Map<String, Tensor> state();

    /** Continues from the state of an earlier run; the tensors are copied. */
    void restore(Map<String, Tensor> state);

    /** Updates made so far. */
    long steps();

    @Override
    void close();
}
