package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decay rates of the two moments, and the call of LibTorch's fused Adam kernels. */
record AdamConstants(double beta1, double beta2, double epsilon) {
    AdamConstants {
        if (beta1 < 0 || beta1 >= 1 || beta2 < 0 || beta2 >= 1 || epsilon < 0) {
            throw new TensorException("adam: betas " + beta1 + " and " + beta2 + " must be in [0, 1) and epsilon "
                    + epsilon + " not negative");
        }
    }

    record Update(OptimizerState state, Map<String, Tensor> parameters, double learningRate, double weightDecay) {}

    void fused(Operator kernel, Update update) {
        List<Tensor> gradients = new ArrayList<>();
        List<Tensor> means = new ArrayList<>();
        List<Tensor> squares = new ArrayList<>();
        List<Tensor> steps = new ArrayList<>();
        Device device = update.parameters().values().iterator().next().device();
        Tensor step = Tensor.full(device, (double) update.state().steps(), DType.F32);
        update.parameters().forEach((name, parameter) -> {
            gradients.add(parameter.grad());
            means.add(update.state().state("exp_avg", name, () -> Tensor.zerosLike(parameter)));
            squares.add(update.state().state("exp_avg_sq", name, () -> Tensor.zerosLike(parameter)));
            steps.add(step);
        });
        kernel.call(
                update.parameters().values(),
                gradients,
                means,
                squares,
                List.of(),
                steps,
                update.learningRate(),
                beta1,
                beta2,
                update.weightDecay(),
                epsilon,
                false,
                false,
                Optional.empty(),
                Optional.empty());
    }
}
