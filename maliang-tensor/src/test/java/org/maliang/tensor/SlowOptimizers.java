package org.maliang.tensor;

import java.util.HashMap;
import java.util.Map;

/** Optimisers as their papers write them, one number at a time. */
final class SlowOptimizers {

    private SlowOptimizers() {}

    /** What one parameter is changed by. */
    interface Rule {
        void apply(Parameter parameter, double[] gradient, double rate, double decay);
    }

    /** A parameter with whatever its rule remembers. */
    static final class Parameter {
        private final long[] shape;
        private final double[] values;
        private final Rule rule;
        private final Map<String, double[]> memory = new HashMap<>();
        private int step;

        Parameter(long[] shape, double[] values, Rule rule) {
            this.shape = shape;
            this.values = values;
            this.rule = rule;
        }

        void step(double[] gradient, double rate, double decay) {
            step++;
            rule.apply(this, gradient, rate, decay);
        }

        double[] values() {
            return values;
        }

        private double[] memory(String name, int size) {
            return memory.computeIfAbsent(name, key -> new double[size]);
        }
    }

    /** Momentum as PyTorch has it: the rate does not enter the velocity. */
    static Rule sgd(double momentum) {
        return (p, gradient, rate, decay) -> {
            double[] velocity = p.memory("velocity", gradient.length);
            for (int i = 0; i < gradient.length; i++) {
                velocity[i] = momentum * velocity[i] + gradient[i] + decay * p.values[i];
                p.values[i] -= rate * velocity[i];
            }
        };
    }

    /** Algorithm 1 of arXiv:1412.6980; the decay is part of the gradient. */
    static Rule adam(double beta1, double beta2, double epsilon) {
        return (p, gradient, rate, decay) -> {
            double[] whole = new double[gradient.length];
            for (int i = 0; i < gradient.length; i++) {
                whole[i] = gradient[i] + decay * p.values[i];
            }
            double[] direction = moments(p, whole, beta1, beta2, epsilon);
            for (int i = 0; i < gradient.length; i++) {
                p.values[i] -= rate * direction[i];
            }
        };
    }

    /** Algorithm 2 of arXiv:1711.05101 as PyTorch has it: the decay is multiplied by the rate. */
    static Rule adamW(double beta1, double beta2, double epsilon) {
        return (p, gradient, rate, decay) -> {
            double[] direction = moments(p, gradient, beta1, beta2, epsilon);
            for (int i = 0; i < gradient.length; i++) {
                p.values[i] -= rate * (direction[i] + decay * p.values[i]);
            }
        };
    }

    /** Algorithm 2 of arXiv:1904.00962; the norm of the parameter counts up to 10. */
    static Rule lamb(double beta1, double beta2, double epsilon) {
        return (p, gradient, rate, decay) -> {
            double[] direction = moments(p, gradient, beta1, beta2, epsilon);
            for (int i = 0; i < gradient.length; i++) {
                direction[i] += decay * p.values[i];
            }
            double trust = Math.min(norm(p.values), 10) / norm(direction);
            for (int i = 0; i < gradient.length; i++) {
                p.values[i] -= rate * trust * direction[i];
            }
        };
    }

    private static double[] moments(Parameter p, double[] gradient, double beta1, double beta2, double epsilon) {
        double[] m = p.memory("m", gradient.length);
        double[] v = p.memory("v", gradient.length);
        double[] direction = new double[gradient.length];
        for (int i = 0; i < gradient.length; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
            v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
            double mean = m[i] / (1 - Math.pow(beta1, p.step));
            double square = v[i] / (1 - Math.pow(beta2, p.step));
            direction[i] = mean / (Math.sqrt(square) + epsilon);
        }
        return direction;
    }

    /** Algorithms 4 and 5 of arXiv:1804.04235 with d = 1, ε1 = 1e-30, β2 = 1 - t^-0.8 and an absolute rate. */
    static Rule adafactor() {
        return (p, gradient, rate, decay) -> {
            double[] estimate = p.shape.length < 2 ? wholeSquares(p, gradient) : factoredSquares(p, gradient);
            double[] direction = new double[gradient.length];
            for (int i = 0; i < gradient.length; i++) {
                direction[i] = gradient[i] / Math.sqrt(estimate[i]);
            }
            double size = norm(direction) / Math.sqrt(gradient.length);
            for (int i = 0; i < gradient.length; i++) {
                p.values[i] -= rate * (direction[i] / Math.max(1, size) + decay * p.values[i]);
            }
        };
    }

    private static double[] wholeSquares(Parameter p, double[] gradient) {
        double[] v = p.memory("v", gradient.length);
        for (int i = 0; i < gradient.length; i++) {
            v[i] = remembered(p, v[i], gradient[i] * gradient[i] + 1e-30);
        }
        return v;
    }

    /** The outer product of row sums and column sums over the sum of all, for every matrix of the stack. */
    private static double[] factoredSquares(Parameter p, double[] gradient) {
        int rows = (int) p.shape[p.shape.length - 2];
        int columns = (int) p.shape[p.shape.length - 1];
        int matrices = gradient.length / (rows * columns);
        double[] rowSums = p.memory("rows", matrices * rows);
        double[] columnSums = p.memory("columns", matrices * columns);
        double[] rowNow = new double[rowSums.length];
        double[] columnNow = new double[columnSums.length];
        for (int i = 0; i < gradient.length; i++) {
            int matrix = i / (rows * columns);
            double square = gradient[i] * gradient[i] + 1e-30;
            rowNow[i / columns] += square;
            columnNow[matrix * columns + i % columns] += square;
        }
        for (int i = 0; i < rowSums.length; i++) {
            rowSums[i] = remembered(p, rowSums[i], rowNow[i]);
        }
        for (int i = 0; i < columnSums.length; i++) {
            columnSums[i] = remembered(p, columnSums[i], columnNow[i]);
        }
        double[] estimate = new double[gradient.length];
        for (int i = 0; i < gradient.length; i++) {
            int matrix = i / (rows * columns);
            double all = 0;
            for (int row = 0; row < rows; row++) {
                all += rowSums[matrix * rows + row];
            }
            estimate[i] = rowSums[i / columns] * columnSums[matrix * columns + i % columns] / all;
        }
        return estimate;
    }

    private static double remembered(Parameter p, double before, double now) {
        double beta = 1 - Math.pow(p.step, -0.8);
        return beta * before + (1 - beta) * now;
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
