package org.maliang.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The operators neural layers are built from. Shapes are given as {@code [batch, time, …]}. */
public final class Ops {
    private Ops() {}

    /** {@code x w^T}: x [..., in], w [out, in] gives [..., out]. */
    public static Tensor linear(Tensor x, Tensor weight) {
        if (oneRow(x, weight)) {
            return Natives.tensor(
                    "linear", () -> weight.raw("linear").mv(row(x)).view(widened(x, weight)), x, weight);
        }
        return Natives.tensor("linear", () -> torch.linear(x.raw("linear"), weight.raw("linear")), x, weight);
    }

    /** {@code x w^T + b}: x [..., in], w [out, in], b [out] gives [..., out]. */
    public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        if (oneRow(x, weight)) {
            return Natives.tensor(
                    "linear",
                    () -> torch.addmv(bias.raw("linear"), weight.raw("linear"), row(x))
                            .view(widened(x, weight)),
                    x,
                    weight,
                    bias);
        }
        return Natives.tensor(
                "linear",
                () -> torch.linear(x.raw("linear"), weight.raw("linear"), new TensorOptional(bias.raw("linear"))),
                x,
                weight,
                bias);
    }

    /** LibTorch's matrix product reads the weights of a single row two to four times slower than its vector product. */
    private static boolean oneRow(Tensor x, Tensor weight) {
        return x.elements() == x.size(-1)
                && weight.rank() == 2
                && x.dtype() == DType.F32
                && x.device().equals(Device.CPU)
                && !Autograd.enabled();
    }

    private static org.bytedeco.pytorch.Tensor row(Tensor x) {
        return x.raw("linear").view(x.size(-1));
    }

    private static long[] widened(Tensor x, Tensor weight) {
        long[] shape = x.shape();
        shape[shape.length - 1] = weight.size(0);
        return shape;
    }

    /** Rows of the table: weight [entries, width], ids [...] gives [..., width]. */
    public static Tensor embedding(Tensor weight, Tensor ids) {
        return Natives.tensor(
                "embedding", () -> torch.embedding(weight.raw("embedding"), ids.raw("embedding")), weight, ids);
    }

    /** The same, but row {@code padding} gets no gradient from being looked up. */
    public static Tensor embedding(Tensor weight, Tensor ids, long padding) {
        return Natives.tensor(
                "embedding",
                () -> torch.embedding(weight.raw("embedding"), ids.raw("embedding"), padding, false, false),
                weight,
                ids);
    }

    /** Normalises the last dimension to mean 0 and variance 1, then scales and shifts. */
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
        return Natives.tensor(
                "layerNorm",
                () -> torch.layer_norm(
                        x.raw("layerNorm"),
                        new long[] {x.size(-1)},
                        new TensorOptional(weight.raw("layerNorm")),
                        new TensorOptional(bias.raw("layerNorm")),
                        epsilon,
                        true),
                x,
                weight);
    }

    /** Divides the last dimension by its root mean square, then scales (Zhang and Sennrich 2019). */
    public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
        return Natives.tensor(
                "rmsNorm",
                () -> torch.rms_norm(
                        x.raw("rmsNorm"),
                        new long[] {x.size(-1)},
                        new TensorOptional(weight.raw("rmsNorm")),
                        new DoubleOptional(epsilon)),
                x,
                weight);
    }

    /** The exact Gaussian error linear unit. */
    public static Tensor gelu(Tensor x) {
        return Natives.tensor("gelu", () -> torch.gelu(x.raw("gelu")), x);
    }

    /** The tanh approximation of GELU, as GPT-2 uses it. */
    public static Tensor geluTanh(Tensor x) {
        return Natives.tensor("geluTanh", () -> torch.gelu(x.raw("geluTanh"), "tanh"), x);
    }

    public static Tensor relu(Tensor x) {
        return Natives.tensor("relu", () -> x.raw("relu").relu(), x);
    }

    public static Tensor silu(Tensor x) {
        return Natives.tensor("silu", () -> torch.silu(x.raw("silu")), x);
    }

    /** Drops elements with the given probability while training and scales the rest; otherwise returns a view of x. */
    public static Tensor dropout(Tensor x, double probability, boolean training) {
        return Natives.tensor("dropout", () -> torch.dropout(x.raw("dropout"), probability, training), x);
    }

    /** Numbers from {@code [0, 1)}, of the shape, type and place of {@code like}, drawn as dropout draws. */
    public static Tensor uniform(Tensor like) {
        return Natives.tensor("uniform", () -> torch.rand_like(like.raw("uniform")), like);
    }

    /**
     * Images of another size, by cubic convolution; corners are not aligned.
     *
     * @param images [batch, channels, rows, columns]
     * @param rowScale how far apart rows come to lie, as a factor; nearly {@code height / rows}
     * @param columnScale the same of columns
     * @return [batch, channels, height, width]
     */
    public static Tensor resizeBicubic(Tensor images, long height, long width, double rowScale, double columnScale) {
        return Natives.tensor(
                "resizeBicubic",
                () -> torch.upsample_bicubic2d(
                        images.raw("resizeBicubic"),
                        new long[] {height, width},
                        false,
                        new DoubleOptional(rowScale),
                        new DoubleOptional(columnScale)),
                images);
    }

    /** {@link #attention(Tensor, Tensor, Tensor, Mask)} with causal order and the usual scale. */
    public static Tensor causalAttention(Tensor q, Tensor k, Tensor v) {
        return attention(q, k, v, Mask.CAUSAL);
    }

    /**
     * Scaled dot-product attention (Vaswani et al. 2017).
     *
     * @param q [batch, heads, time, headDim]
     * @param k [batch, heads, keys, headDim]
     * @param v [batch, heads, keys, headDim]
     * @return [batch, heads, time, headDim]
     */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, Mask mask) {
        if (k.size(-2) != v.size(-2)) { // the kernel would read beyond the end of the shorter
            throw new TensorException("attention: keys " + Arrays.toString(k.shape()) + " and values "
                    + Arrays.toString(v.shape()) + " have different lengths");
        }
        if (q.size(-1) != k.size(-1)) {
            throw new TensorException("attention: shapes " + Arrays.toString(q.shape()) + " " + q.dtype() + " and "
                    + Arrays.toString(k.shape()) + " " + k.dtype() + ": queries and keys have different sizes");
        }
        return Attention.apply(q, k, v, mask);
    }

    /**
     * Mean negative log-likelihood of the targets.
     *
     * @param logits [n, classes]
     * @param targets [n], I64; rows whose target is {@code ignoreIndex} do not count
     */
    public static Tensor crossEntropy(Tensor logits, Tensor targets, long ignoreIndex) {
        return crossEntropy(logits, targets, ignoreIndex, 0);
    }

    /**
     * The same with targets that share {@code smoothing} of their probability evenly among all classes (Szegedy et al.,
     * arXiv:1512.00567).
     */
    public static Tensor crossEntropy(Tensor logits, Tensor targets, long ignoreIndex, double smoothing) {
        return Natives.tensor(
                "crossEntropy",
                () -> torch.cross_entropy_loss(
                        logits.raw("crossEntropy"),
                        targets.raw("crossEntropy"),
                        new TensorOptional(),
                        1,
                        ignoreIndex,
                        smoothing),
                logits,
                targets);
    }

    /**
     * Mean negative log-likelihood of independent yes-or-no answers, in nats.
     *
     * @param logits of yes, any shape
     * @param answers 1 for yes and 0 for no, the same shape, floating
     */
    public static Tensor binaryCrossEntropy(Tensor logits, Tensor answers) {
        return Natives.tensor(
                "binaryCrossEntropy",
                () -> torch.binary_cross_entropy_with_logits(
                        logits.raw("binaryCrossEntropy"), answers.raw("binaryCrossEntropy")),
                logits,
                answers);
    }

    /** Natural-log probabilities of the given tokens: logits [..., vocabulary], ids [...] gives [...] in F32. */
    public static Tensor tokenLogProbabilities(Tensor logits, Tensor ids) {
        try (Scope scope = Scope.open()) {
            Tensor chosen = logits.gather(-1, ids.unsqueeze(-1)).squeeze(-1).to(DType.F32);
            return scope.keep(chosen.sub(logits.to(DType.F32).logsumexp(-1, false)));
        }
    }

    /**
     * {@code crossEntropy(linear(hidden, weight), targets, ignoreIndex)} without ever holding the logits of many rows in
     * F32: they are made in slices, turned into loss and gradients at once, and overwritten.
     *
     * <p>The loss is part of the tape as any other: divide it for gradient accumulation, add to it, call {@code backward()}
     * on the result. The gradients of {@code hidden} and {@code weight} are made along with the loss, so that this costs
     * as much as forward and backward together unless gradients are off. Inside an autocast block the products run in its
     * type and gradients of logits are rounded to it; the loss is summed in F32.
     *
     * @param hidden [n, width]
     * @param weight [vocabulary, width]
     * @param targets [n], I64; rows whose target is {@code ignoreIndex} do not count
     * @return the mean over the rows that count, F32; NaN when none does
     */
    public static Tensor headLoss(Tensor hidden, Tensor weight, Tensor targets, long ignoreIndex) {
        return HeadLoss.of(hidden, weight, targets, ignoreIndex);
    }

    static TensorOptional optional(@Nullable Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor.raw("optional"));
    }
}
