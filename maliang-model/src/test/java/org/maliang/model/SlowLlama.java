package org.maliang.model;

import java.util.Map;
import java.util.stream.Collectors;
import org.maliang.tensor.Tensor;

/**
 * LLaMA and its relatives as the papers write them: one number after the other, in F64, without batches, masks or caches.
 *
 * @param parameters by their Hugging Face names
 * @param window how many positions layer {@code i} sees, itself included
 */
record SlowLlama(
        Map<String, float[]> parameters, int layers, int heads, int keyHeads, int headSize, double base, int[] window) {

    private static final double EPSILON = 1e-6;

    static SlowLlama of(Decoder model, double base, int... window) {
        Map<String, float[]> parameters = model.parameters().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> floats(entry.getValue())));
        DecoderConfig config = model.config();
        return new SlowLlama(
                parameters, config.layers(), config.heads(), config.keyValueHeads(), config.headSize(), base, window);
    }

    private static float[] floats(Tensor tensor) {
        return tensor.toFloats();
    }

    /** Scores of the next token at every position. */
    double[][] logits(long[] ids) {
        int hidden = parameters.get("model.norm.weight").length;
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = row(parameters.get("model.embed_tokens.weight"), (int) ids[t], hidden);
        }
        for (int layer = 0; layer < layers; layer++) {
            String at = "model.layers." + layer + ".";
            double[][] mixed = attention(each(x, at + "input_layernorm"), at + "self_attn.", window[layer]);
            for (int t = 0; t < x.length; t++) {
                x[t] = sum(x[t], mixed[t]);
                x[t] = sum(x[t], feedForward(norm(x[t], at + "post_attention_layernorm"), at + "mlp."));
            }
        }
        String head = parameters.containsKey("lm_head.weight") ? "lm_head" : "model.embed_tokens";
        for (int t = 0; t < x.length; t++) {
            x[t] = linear(norm(x[t], "model.norm"), head);
        }
        return x;
    }

    private double[][] attention(double[][] x, String at, int window) {
        double[][] mixed = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] query = linear(x[t], at + "q_proj");
            double[] joined = new double[heads * headSize];
            for (int head = 0; head < heads; head++) {
                double[] q = turned(query, head, t, at + "q_norm");
                int from = Math.max(0, t - window + 1);
                double[] weights = new double[t + 1];
                double total = 0;
                for (int s = from; s <= t; s++) {
                    double[] k = turned(linear(x[s], at + "k_proj"), head * keyHeads / heads, s, at + "k_norm");
                    weights[s] = Math.exp(dot(q, k) / Math.sqrt(headSize));
                    total += weights[s];
                }
                for (int s = from; s <= t; s++) {
                    double[] v = linear(x[s], at + "v_proj");
                    for (int i = 0; i < headSize; i++) {
                        joined[head * headSize + i] += weights[s] / total * v[head * keyHeads / heads * headSize + i];
                    }
                }
            }
            mixed[t] = linear(joined, at + "o_proj");
        }
        return mixed;
    }

    /** One head, normalised where the model does that, and turned by its position. */
    private double[] turned(double[] joined, int head, int position, String normName) {
        double[] x = new double[headSize];
        System.arraycopy(joined, head * headSize, x, 0, headSize);
        if (parameters.containsKey(normName + ".weight")) {
            x = norm(x, normName);
        }
        int half = headSize / 2;
        double[] y = new double[headSize];
        for (int i = 0; i < half; i++) {
            double angle = position / Math.pow(base, 2.0 * i / headSize);
            y[i] = x[i] * Math.cos(angle) - x[i + half] * Math.sin(angle);
            y[i + half] = x[i + half] * Math.cos(angle) + x[i] * Math.sin(angle);
        }
        return y;
    }

    private double[] feedForward(double[] x, String at) {
        double[] gate = linear(x, at + "gate_proj");
        double[] up = linear(x, at + "up_proj");
        for (int i = 0; i < gate.length; i++) {
            up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
        }
        return linear(up, at + "down_proj");
    }

    private double[][] each(double[][] x, String name) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = norm(x[t], name);
        }
        return y;
    }

    private double[] norm(double[] x, String name) {
        float[] weight = parameters.get(name + ".weight");
        double scale = 1 / Math.sqrt(dot(x, x) / x.length + EPSILON);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * scale * weight[i];
        }
        return y;
    }

    private double[] linear(double[] x, String name) {
        float[] weight = parameters.get(name + ".weight"); // [out, in]
        double[] y = new double[weight.length / x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = dot(x, row(weight, i, x.length));
            if (parameters.containsKey(name + ".bias")) {
                y[i] += parameters.get(name + ".bias")[i];
            }
        }
        return y;
    }

    private static double[] row(float[] table, int row, int width) {
        double[] x = new double[width];
        for (int i = 0; i < width; i++) {
            x[i] = table[row * width + i];
        }
        return x;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] c = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            c[i] = a[i] + b[i];
        }
        return c;
    }
}
