package org.maliang.tensor;

import java.util.List;
import java.util.Map;

/** Stochastic gradient descent with optional momentum; weight decay is added to the gradient. */
public final class Sgd extends OptimizerState {
    private final double momentum;

    private Sgd(List<ParameterGroup> groups, double momentum) {
        super(groups);
        this.momentum = momentum;
    }

    public static Sgd of(List<ParameterGroup> groups) {
        return of(groups, 0);
    }

    public static Sgd of(List<ParameterGroup> groups, double momentum) {
        return new Sgd(groups, momentum);
    }

    @Override
    void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay) {
        withGradient.forEach((name, parameter) -> {
            Tensor direction = parameter.grad();
            if (weightDecay != 0) {
                direction = direction.add(parameter.mul(weightDecay));
            }
            if (momentum != 0) {
                Tensor velocity = state("momentum_buffer", name, () -> Tensor.zerosLike(parameter));
                direction = velocity.mulInPlace(momentum).addInPlace(direction);
            }
            parameter.addInPlace(direction, -learningRate);
        });
    }
}
