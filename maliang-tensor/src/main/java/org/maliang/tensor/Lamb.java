package org.maliang.tensor;

import java.util.List;
import java.util.Map;

/**
 * LAMB (You et al. 2020, arXiv:1904.00962): Adam whose step is scaled, for each parameter, by the ratio of the norm of
 * the parameter to the norm of the step; for large batches.
 */
public final class Lamb extends OptimizerState {
    private static final double LARGEST_NORM = 10;

    private final AdamConstants constants;

    private Lamb(List<ParameterGroup> groups, AdamConstants constants) {
        super(groups);
        this.constants = constants;
    }

    /** With the constants of the paper: betas 0.9 and 0.999, epsilon 1e-6. */
    public static Lamb of(List<ParameterGroup> groups) {
        return of(groups, 0.9, 0.999, 1e-6);
    }

    public static Lamb of(List<ParameterGroup> groups, double beta1, double beta2, double epsilon) {
        return new Lamb(groups, new AdamConstants(beta1, beta2, epsilon));
    }

    @Override
    void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay) {
        double correction1 = 1 - Math.pow(constants.beta1(), (double) steps());
        double correction2 = 1 - Math.pow(constants.beta2(), (double) steps());
        withGradient.forEach((name, parameter) -> {
            try (Scope scope = Scope.open()) {
                Tensor gradient = parameter.grad();
                Tensor mean = state("exp_avg", name, () -> Tensor.zerosLike(parameter))
                        .mulInPlace(constants.beta1())
                        .addInPlace(gradient, 1 - constants.beta1());
                Tensor square = state("exp_avg_sq", name, () -> Tensor.zerosLike(parameter))
                        .mulInPlace(constants.beta2())
                        .addInPlace(gradient.square(), 1 - constants.beta2());
                Tensor divisor = square.div(correction2).sqrt().add(constants.epsilon());
                Tensor direction = mean.div(divisor).div(correction1).add(parameter.mul(weightDecay));
                parameter.addInPlace(direction, -learningRate * trust(parameter, direction));
            }
        });
    }

    private static double trust(Tensor parameter, Tensor direction) {
        double size = Math.min(parameter.norm().item(), LARGEST_NORM);
        double stepSize = direction.norm().item();
        return size > 0 && stepSize > 0 ? size / stepSize : 1;
    }
}
