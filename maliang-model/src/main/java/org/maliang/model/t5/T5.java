package org.maliang.model.t5;

import org.maliang.model.Encoder;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.GatedFeedForward;
import org.maliang.model.layer.Parameters;

/**
 * T5 (Raffel et al., arXiv:1910.10683) in its versions 1.0 and 1.1, mT5 (Xue et al., arXiv:2010.11934) and Mengzi-T5
 * (Zhang et al., arXiv:2110.06696).
 *
 * <pre>
 * x = shared[ids]
 * x = x + attention(norm(x));  x = x + cross(norm(x)) in the decoder;  x = x + mlp(norm(x))     num_layers times
 * logits = norm(x) / √d_model sharedᵀ in version 1.0, norm(x) lm_headᵀ in version 1.1
 * </pre>
 */
public final class T5 extends T5Model {

    public T5(T5Config config, Parameters all) {
        super(config, all, layers(config));
    }

    /** The encoder alone; its parameters are the token embedding and those below {@code encoder}. */
    static Encoder encoder(T5Config config, Parameters all) {
        return T5Encoder.alone(config, all, layers(config));
    }

    private static T5Layers layers(T5Config config) {
        return new T5Layers(config.shape(), (layers, at, layer, decoder) -> {
            Parameters dense = at.at("DenseReluDense");
            return layers.half(at, config.gated() ? gated(config, layers, dense) : simple(config, layers, dense));
        });
    }

    private static Block simple(T5Config config, T5Layers layers, Parameters at) {
        return new FeedForward(layers.up(at.at("wi")), config.activation(), layers.down(at.at("wo")))
                .withDropout(config.shape().dropout());
    }

    private static Block gated(T5Config config, T5Layers layers, Parameters at) {
        return new GatedFeedForward(
                        layers.up(at.at("wi_0")),
                        config.activation(),
                        layers.up(at.at("wi_1")),
                        layers.down(at.at("wo")))
                .withDropout(config.shape().dropout());
    }
}
