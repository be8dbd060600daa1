package org.maliang.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Adafactor (Shazeer and Stern 2018, arXiv:1804.04235) without momentum: the second moment of a matrix is held as one
 * row and one column, so the state is almost nothing. The learning rate is absolute; updates are clipped to root mean
 * square 1; weight decay is decoupled.
 */
public final class Adafactor extends OptimizerState {
    private static final double EPSILON = 1e-30;
    private static final double DECAY_EXPONENT = -0.8;
    private static final String ROW = "exp_avg_sq_row";
    private static final String COLUMN = "exp_avg_sq_col";

    private Adafactor(List<ParameterGroup> groups) {
        super(groups);
    }

    public static Adafactor of(List<ParameterGroup> groups) {
        return new Adafactor(groups);
    }

    @Override
    long[] stateShape(String kind, long[] shape) {
        int last = shape.length - 1;
        if (last < 1) {
            return shape;
        }
        return switch (kind) {
            case ROW -> Arrays.copyOf(shape, last);
            case COLUMN -> {
                long[] columns = Arrays.copyOf(shape, last);
                columns[last - 1] = shape[last];
                yield columns;
            }
            default -> shape;
        };
    }

    @Override
    void update(Map<String, Tensor> withGradient, double learningRate, double weightDecay) {
        double decay = 1 - Math.pow((double) steps(), DECAY_EXPONENT);
        withGradient.forEach((name, parameter) -> {
            try (Scope scope = Scope.open()) {
                Tensor gradient = parameter.grad();
                Tensor squared = gradient.square().add(EPSILON);
                Tensor scale = parameter.rank() >= 2 ? factored(name, squared, decay) : whole(name, squared, decay);
                Tensor direction = gradient.mul(scale);
                double size = Math.sqrt(direction.square().mean().item());
                parameter.mulInPlace(1 - learningRate * weightDecay);
                parameter.addInPlace(direction, -learningRate / Math.max(1, size));
            }
        });
    }

    /** 1 / sqrt of the outer product of row and column means: [..., rows, columns]. */
    private Tensor factored(String name, Tensor squared, double decay) {
        Tensor rowMean = squared.mean(-1, false); // [..., rows]
        Tensor columnMean = squared.mean(-2, false); // [..., columns]
        Tensor rows = average(state(ROW, name, () -> Tensor.zerosLike(rowMean)), rowMean, decay);
        Tensor columns = average(state(COLUMN, name, () -> Tensor.zerosLike(columnMean)), columnMean, decay);
        Tensor rowFactor = rows.div(rows.mean(-1, true)).rsqrt().unsqueeze(-1); // [..., rows, 1]
        return rowFactor.mul(columns.rsqrt().unsqueeze(-2)); // [..., rows, columns]
    }

    private Tensor whole(String name, Tensor squared, double decay) {
        return average(state("exp_avg_sq", name, () -> Tensor.zerosLike(squared)), squared, decay)
                .rsqrt();
    }

    private static Tensor average(Tensor state, Tensor now, double decay) {
        return state.mulInPlace(decay).addInPlace(now, 1 - decay);
    }
}
