package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon; scaled as in Liu et al. 2025, arXiv:2502.16982):
 * the momentum of every hidden matrix is replaced by its nearest semi-orthogonal matrix before it is applied. Parameters
 * for which that has no meaning, in the group {@code others}, follow AdamW.
 *
 * <p>Steps have the size of AdamW's (root mean square {@value #RMS}), so learning rates carry over.
 */
public final class Muon extends OptimizerState {
    private static final Operator FUSED = Operator.find("aten::_fused_adamw_", "");
    private static final double RMS = 0.2;
    private static final double MOMENTUM = 0.95;
    private static final int ITERATIONS = 5;
    private static final double[] QUINTIC = {3.4445, -4.7750, 2.0315};

    private final ParameterGroup matrices;
    private final AdamConstants constants;

    private Muon(ParameterGroup matrices, List<ParameterGroup> all, AdamConstants constants) {
        super(all);
        this.matrices = matrices;
        this.constants = constants;
    }

    /**
     * @param matrices weights of hidden layers, all of rank 2
     * @param others embeddings, heads, norms and biases
     */
    public static Muon of(
            ParameterGroup matrices, List<ParameterGroup> others, double beta1, double beta2, double epsilon) {
        matrices.parameters().forEach((name, tensor) -> {
            if (tensor.rank() != 2) {
                throw new TensorException(
                        "muon: " + name + " has rank " + tensor.rank() + ", only matrices (rank 2) fit");
            }
        });
        var all = new ArrayList<>(others);
        all.add(matrices);
        return new Muon(matrices, all, new AdamConstants(beta1, beta2, epsilon));
    }

    @Override
    void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay) {
        if (!matrices.parameters().keySet().containsAll(withGradient.keySet())) {
            constants.fused(FUSED, new AdamConstants.Update(this, withGradient, learningRate, weightDecay));
            return;
        }
        withGradient.forEach((name, parameter) -> {
            try (Scope scope = Scope.open()) {
                Tensor gradient = parameter.grad();
                Tensor momentum = state("momentum_buffer", name, () -> Tensor.zerosLike(parameter))
                        .mulInPlace(MOMENTUM)
                        .addInPlace(gradient, 1 - MOMENTUM);
                Tensor nesterov = momentum.mul(MOMENTUM).addInPlace(gradient, 1 - MOMENTUM);
                Tensor direction = orthogonal(nesterov);
                double scale = RMS * Math.sqrt((double) Math.max(parameter.size(0), parameter.size(1)));
                parameter.mulInPlace(1 - learningRate * weightDecay);
                parameter.addInPlace(direction, -learningRate * scale);
            }
        });
    }

    /** Newton and Schulz's iteration with a quintic that takes all singular values to about 1, in bf16. */
    static Tensor orthogonal(Tensor matrix) {
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor x = matrix.div(matrix.norm().add(1e-7)).to(DType.BF16);
        x = tall ? x.transpose(0, 1).contiguous() : x; // [short, long]
        for (int i = 0; i < ITERATIONS; i++) {
            Tensor a = x.matmul(x.transpose(0, 1)); // [short, short]
            Tensor b = a.mul(QUINTIC[1]).addInPlace(a.matmul(a), QUINTIC[2]);
            x = x.mul(QUINTIC[0]).addInPlace(b.matmul(x));
        }
        return (tall ? x.transpose(0, 1) : x).to(DType.F32);
    }
}
