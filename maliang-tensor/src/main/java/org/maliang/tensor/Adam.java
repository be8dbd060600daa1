package org.maliang.tensor;

import java.util.List;
import java.util.Map;

/** Adam (Kingma and Ba 2015, arXiv:1412.6980); weight decay is added to the gradient. */
public final class Adam extends OptimizerState {
    private static final Operator FUSED = Operator.find("aten::_fused_adam_", "");

    private final AdamConstants constants;

    private Adam(List<ParameterGroup> groups, AdamConstants constants) {
        super(groups);
        this.constants = constants;
    }

    /** With the constants of the paper: betas 0.9 and 0.999, epsilon 1e-8. */
    public static Adam of(List<ParameterGroup> groups) {
        return of(groups, 0.9, 0.999, 1e-8);
    }

    public static Adam of(List<ParameterGroup> groups, double beta1, double beta2, double epsilon) {
        return new Adam(groups, new AdamConstants(beta1, beta2, epsilon));
    }

    @Override
    void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay) {
        constants.fused(FUSED, new AdamConstants.Update(this, withGradient, learningRate, weightDecay));
    }
}
