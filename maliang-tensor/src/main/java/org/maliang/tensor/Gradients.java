package org.maliang.tensor;

import java.util.ArrayList;
import java.util.List;

/** Work on the gradients of many parameters at once. */
public final class Gradients {
    private static final double EPSILON = 1e-6;

    private Gradients() {}

    /**
     * Scales all gradients together so that their joint Euclidean norm is at most {@code maxNorm}, which is above 0.
     * Gradients that are not finite are left alone.
     *
     * @return the norm before clipping; not finite when a gradient is not
     */
    public static double clip(Iterable<Tensor> parameters, double maxNorm) {
        if (!(maxNorm > 0)) {
            throw new TensorException("clip: the largest norm " + maxNorm + " is not possible; give one above 0");
        }
        double norm = norm(parameters);
        double factor = maxNorm / (norm + EPSILON);
        if (factor < 1 && Double.isFinite(norm)) {
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
