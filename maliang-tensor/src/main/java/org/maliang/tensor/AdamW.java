package org.maliang.tensor;

import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101), in LibTorch's fused kernel: one pass
 * over parameters, gradients and both moments.
 */
public final class AdamW extends OptimizerState {
    private static final Operator FUSED = Operator.find("aten::_fused_adamw_", "");

    private final AdamConstants constants;

    private AdamW(List<ParameterGroup> groups, AdamConstants constants) {
        super(groups);
        this.constants = constants;
    }

    /** With the constants of GPT-3: betas 0.9 and 0.95, epsilon 1e-8. */
    public static AdamW of(List<ParameterGroup> groups) {
        return of(groups, 0.9, 0.95, 1e-8);
    }

    public static AdamW of(List<ParameterGroup> groups, double beta1, double beta2, double epsilon) {
        return new AdamW(groups, new AdamConstants(beta1, beta2, epsilon));
    }

    @Override
    void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay) {
        constants.fused(FUSED, new AdamConstants.Update(this, withGradient, learningRate, weightDecay));
    }
}
