package org.maliang.model.palm;

import static org.maliang.model.SlowTransformer.attention;
import static org.maliang.model.SlowTransformer.each;
import static org.maliang.model.SlowTransformer.product;
import static org.maliang.model.SlowTransformer.sum;

import java.util.Arrays;
import java.util.Map;
import org.maliang.model.SlowTransformer;
import org.maliang.tensor.Tensor;

/** A PALM in plain loops, for one text. */
final class SlowPalm {

    private static final double DECODER_EPSILON = 1e-6;

    private final SlowTransformer slow;
    private final Map<String, Tensor> weights;
    private final int layers;
    private final int decoderLayers;
    private final int heads;
    private final int decoderHeads;
    private final int firstPosition;
    private final double epsilon;

    SlowPalm(Palm palm, int firstPosition) {
        PalmConfig config = (PalmConfig) palm.config();
        this.slow = new SlowTransformer(palm.parameters());
        this.weights = palm.parameters();
        this.layers = config.layers();
        this.decoderLayers = config.decoderLayers();
        this.heads = config.heads();
        this.decoderHeads = config.decoderHeads();
        this.firstPosition = firstPosition;
        this.epsilon = config.encoder().layer().epsilon();
    }

    double[][] encode(long[] ids) {
        double[][] words = slow.table("bert.embeddings.word_embeddings.weight");
        double[][] places = slow.table("bert.embeddings.position_embeddings.weight");
        double[] type = slow.table("bert.embeddings.token_type_embeddings.weight")[0];
        double[][] x = new double[ids.length][type.length];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < type.length; i++) {
                x[t][i] = words[(int) ids[t]][i] + places[firstPosition + t][i] + type[i];
            }
        }
        x = slow.norm(x, "bert.embeddings.LayerNorm", epsilon);
        for (int layer = 0; layer < layers; layer++) {
            String at = "bert.encoder.layer." + layer + ".";
            double[][] mixed = attention(
                    slow.linear(x, at + "attention.self.query"),
                    slow.linear(x, at + "attention.self.key"),
                    slow.linear(x, at + "attention.self.value"),
                    heads,
                    SlowTransformer.Visible.ALL);
            x = slow.norm(
                    sum(x, slow.linear(mixed, at + "attention.output.dense")),
                    at + "attention.output.LayerNorm",
                    epsilon);
            double[][] inner = each(slow.linear(x, at + "intermediate.dense"), SlowTransformer::gelu);
            x = slow.norm(sum(x, slow.linear(inner, at + "output.dense")), at + "output.LayerNorm", epsilon);
        }
        return x;
    }

    /**
     * What the decoder makes of a target.
     *
     * @param hidden after the final norm
     * @param seen where the last layer looks, the mean of its heads
     */
    record Decoded(double[][] hidden, double[][] seen) {}

    Decoded decode(double[][] memory, long[] ids) {
        double[][] words = slow.table("decoder.embeddings.weight");
        int hidden = words[0].length;
        double[][] x = new double[ids.length][hidden];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < hidden; i++) {
                double angle = t * Math.exp(-(i - i % 2) * Math.log(10000) / hidden);
                x[t][i] = words[(int) ids[t]][i] * Math.sqrt(hidden) + (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        double[][] seen = {};
        for (int layer = 0; layer < decoderLayers; layer++) {
            String at = "decoder.transformer_layers." + layer + ".";
            double[][] own = slow.norm(x, at + "layer_norm_1", DECODER_EPSILON);
            double[][] mixed = attention(
                    slow.linear(own, at + "self_attn.linear_query"),
                    slow.linear(own, at + "self_attn.linear_keys"),
                    slow.linear(own, at + "self_attn.linear_values"),
                    decoderHeads,
                    SlowTransformer.Visible.PAST);
            x = sum(x, slow.linear(mixed, at + "self_attn.final_linear"));
            double[][] q =
                    slow.linear(slow.norm(x, at + "layer_norm_2", DECODER_EPSILON), at + "context_attn.linear_query");
            double[][] k = slow.linear(memory, at + "context_attn.linear_keys");
            double[][] v = slow.linear(memory, at + "context_attn.linear_values");
            double[][] across = attention(q, k, v, decoderHeads, SlowTransformer.Visible.ALL);
            seen = meanWeights(q, k);
            x = sum(x, slow.linear(across, at + "context_attn.final_linear"));
            double[][] inner =
                    slow.linear(slow.norm(x, at + "feed_forward.layer_norm", DECODER_EPSILON), at + "feed_forward.w_1");
            x = sum(x, slow.linear(each(inner, SlowTransformer::gelu), at + "feed_forward.w_2"));
        }
        return new Decoded(slow.norm(x, "decoder.layer_norm", DECODER_EPSILON), seen);
    }

    private double[][] meanWeights(double[][] q, double[][] k) {
        int size = q[0].length / decoderHeads;
        double[][] mean = new double[q.length][k.length];
        for (int t = 0; t < q.length; t++) {
            for (int head = 0; head < decoderHeads; head++) {
                double[] scores = new double[k.length];
                for (int s = 0; s < k.length; s++) {
                    for (int i = head * size; i < (head + 1) * size; i++) {
                        scores[s] += q[t][i] * k[s][i] / Math.sqrt(size);
                    }
                }
                double[] weights = softmax(scores);
                for (int s = 0; s < k.length; s++) {
                    mean[t][s] += weights[s] / decoderHeads;
                }
            }
        }
        return mean;
    }

    double[][] logits(double[][] hidden) {
        return product(
                hidden,
                slow.table("decoder.embeddings.weight"),
                weights.get("generator.dense.bias").toDoubles());
    }

    /** Probabilities of the words with copying. */
    double[][] copying(double[][] memory, long[] source, Decoded decoded, boolean twice) {
        double[][] logits = logits(decoded.hidden());
        double[] gate = slow.table("generator.prob_proj.weight")[0];
        double bias = weights.get("generator.prob_proj.bias").toDoubles()[0];
        double[][] all = new double[logits.length][];
        for (int t = 0; t < logits.length; t++) {
            double sum = bias;
            double[] copied = new double[logits[t].length];
            int hidden = memory[0].length;
            for (int s = 0; s < source.length; s++) {
                copied[(int) source[s]] += decoded.seen()[t][s];
                for (int i = 0; i < hidden; i++) {
                    sum += gate[i] * decoded.seen()[t][s] * memory[s][i];
                }
            }
            for (int i = 0; i < hidden; i++) {
                sum += gate[hidden + i] * decoded.hidden()[t][i];
            }
            double g = 1 / (1 + Math.exp(-sum));
            double[] words = softmax(logits[t]);
            double[] pointed = twice ? softmax(copied) : copied;
            all[t] = new double[words.length];
            for (int word = 0; word < words.length; word++) {
                all[t][word] = g * words[word] + (1 - g) * pointed[word];
            }
        }
        return all;
    }

    private static double[] softmax(double[] scores) {
        double total = Arrays.stream(scores).map(Math::exp).sum();
        return Arrays.stream(scores).map(score -> Math.exp(score) / total).toArray();
    }
}
