package org.maliang.model;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.maliang.tensor.Tensor;

/** The slow, obvious reference: one text, plain loops in double precision, weights by name. A text is {@code [time][hidden]}. */
public final class SlowTransformer {

    private final Map<String, Tensor> weights;

    public SlowTransformer(Map<String, Tensor> weights) {
        this.weights = weights;
    }

    /** Who sees whom. */
    @FunctionalInterface
    public interface Visible {
        Visible ALL = (query, key) -> true;
        Visible PAST = (query, key) -> key <= query;

        boolean test(int query, int key);
    }

    /** The tanh approximation. */
    public static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    private Tensor weight(String name) {
        Tensor found = weights.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return found;
    }

    public double[][] table(String name) {
        Tensor tensor = weight(name);
        double[] all = tensor.toDoubles();
        int width = (int) tensor.size(1);
        double[][] rows = new double[(int) tensor.size(0)][width];
        for (int i = 0; i < all.length; i++) {
            rows[i / width][i % width] = all[i];
        }
        return rows;
    }

    /** {@code x Wᵀ + b}; the bias is the one beside the weight. */
    public double[][] linear(double[][] x, String name) {
        return product(x, table(name + ".weight"), weight(name + ".bias").toDoubles());
    }

    public static double[][] product(double[][] x, double[][] w, double[] b) {
        double[][] y = new double[x.length][w.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < w.length; o++) {
                double sum = b[o];
                for (int i = 0; i < w[o].length; i++) {
                    sum += x[t][i] * w[o][i];
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    public double[][] norm(double[][] x, String name, double epsilon) {
        double[] w = weight(name + ".weight").toDoubles();
        double[] b = weight(name + ".bias").toDoubles();
        double[][] y = new double[x.length][w.length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double square = 0;
            for (double v : x[t]) {
                mean += v / w.length;
            }
            for (double v : x[t]) {
                square += (v - mean) * (v - mean) / w.length;
            }
            for (int i = 0; i < w.length; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(square + epsilon) * w[i] + b[i];
            }
        }
        return y;
    }

    public static double[][] each(double[][] x, DoubleUnaryOperator f) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                y[t][i] = f.applyAsDouble(x[t][i]);
            }
        }
        return y;
    }

    public static double[][] sum(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                y[t][i] = a[t][i] + b[t][i];
            }
        }
        return y;
    }

    /** Columns {@code from} to {@code to} of every row. */
    public static double[][] columns(double[][] x, int from, int to) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = Arrays.copyOfRange(x[t], from, to);
        }
        return y;
    }

    /** Scaled dot-product attention of {@code heads} heads, which stand side by side in the columns. */
    public static double[][] attention(double[][] q, double[][] k, double[][] v, int heads, Visible visible) {
        int size = q[0].length / heads;
        double[][] y = new double[q.length][q[0].length];
        for (int head = 0; head < heads; head++) {
            for (int t = 0; t < q.length; t++) {
                double[] weights = new double[k.length];
                double total = 0;
                for (int s = 0; s < k.length; s++) {
                    double score = 0;
                    for (int i = head * size; i < (head + 1) * size; i++) {
                        score += q[t][i] * k[s][i];
                    }
                    weights[s] = visible.test(t, s) ? Math.exp(score / Math.sqrt(size)) : 0;
                    total += weights[s];
                }
                for (int s = 0; s < k.length; s++) {
                    for (int i = head * size; i < (head + 1) * size; i++) {
                        y[t][i] += weights[s] / total * v[s][i];
                    }
                }
            }
        }
        return y;
    }

    /** All rows, end to end. */
    public static double[] flat(double[][] x) {
        return Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
    }
}
