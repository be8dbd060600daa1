package org.maliang.model.palm;

import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * The layer of a PALM's decoder, whose third norm belongs to the feed-forward part:
 *
 * <pre>
 * x = x + self_attn(layer_norm_1(x))
 * x = x + context_attn(layer_norm_2(x))
 * x = x + w_2(gelu(w_1(feed_forward.layer_norm(x))))
 * </pre>
 *
 * @param norm before the attention to the source
 * @param cross the attention to the source, without its norm
 */
record PalmLayer(Block self, LayerNorm norm, CrossAttention cross, Block rest) implements Block {

    private static final double EPSILON = 1e-6;
    private static final Initial INITIAL = Initial.normal(0.02);

    static PalmLayer of(PalmConfig config, int index, Parameters at) {
        int hidden = config.hiddenSize();
        double scale = 1 / Math.sqrt(config.decoderHeadSize());
        var settings = new SelfAttention.Settings(index, scale, config.dropout());
        Parameters own = at.at("self_attn");
        Parameters across = at.at("context_attn");
        SelfAttention self = new SelfAttention(
                Heads.separate(
                        square(own, "linear_query", hidden),
                        square(own, "linear_keys", hidden),
                        square(own, "linear_values", hidden),
                        config.decoderHeads()),
                square(own, "final_linear", hidden),
                settings);
        CrossAttention cross = new CrossAttention(
                square(across, "linear_query", hidden),
                Memory.separate(
                        square(across, "linear_keys", hidden),
                        square(across, "linear_values", hidden),
                        config.decoderHeads()),
                square(across, "final_linear", hidden),
                settings);
        Parameters inner = at.at("feed_forward");
        int width = config.feedForwardSize();
        FeedForward mlp = new FeedForward(
                Linear.of(inner.at("w_1"), INITIAL, hidden, width),
                Activation.GELU_TANH,
                Linear.of(inner.at("w_2"), INITIAL, width, hidden));
        LayerNorm norm = norm(at.at("layer_norm_2"), hidden);
        return new PalmLayer(
                new PreNorm(norm(at.at("layer_norm_1"), hidden), self, config.dropout()),
                norm,
                cross,
                new PreNorm(norm, cross, config.dropout())
                        .then(new PreNorm(
                                norm(inner.at("layer_norm"), hidden),
                                mlp.withDropout(config.dropout()),
                                config.dropout())));
    }

    private static Linear square(Parameters at, String name, int hidden) {
        return Linear.of(at.at(name), INITIAL, hidden, hidden);
    }

    /** A norm of the decoder. */
    static LayerNorm norm(Parameters at, int hidden) {
        return LayerNorm.of(at, hidden, EPSILON);
    }

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        return rest.apply(self.apply(x, pass), pass);
    }

    /** Where the layer looks, by the mean of its heads, when it has heard itself: {@code [batch, time, source]}. */
    Tensor seen(Tensor heard, Pass pass) {
        return cross.weights(norm.apply(heard), pass).mean(1, false);
    }
}
