package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;

/** Work on the gradients of many parameters at once. */
public final class Gradients {
    private static final double EPSILON = 1e-6;

    private Gradients() {}

    /**
     * Scales all gradients together so that their joint Euclidean norm is at most {@code maxNorm}.
     *
     * @return the norm before clipping; not finite when a gradient is not
     */
    public static double clip(Iterable<Tensor> parameters, double maxNorm) {
        double norm = norm(parameters);
        double factor = maxNorm / (norm + EPSILON);
        if (factor < 1) {
            try (Scope scope = Scope.open()) {
                for (Tensor parameter : parameters) {
                    if (parameter.hasGrad()) {
                        parameter.grad().mulInPlace(factor);
                    }
                }
            }
        }
        return norm;
    }

    /** The joint Euclidean norm of all gradients. */
    public static double norm(Iterable<Tensor> parameters) {
        try (Scope scope = Scope.open();
                Autograd.Guard guard = Autograd.noGrad()) {
            List<Tensor> norms = new ArrayList<>();
            for (Tensor parameter : parameters) {
                if (parameter.hasGrad()) {
                    norms.add(parameter.grad().norm().to(DType.F32));
                }
            }
            return norms.isEmpty() ? 0 : Tensor.stack(norms, 0).norm().item();
        }
    }
}
