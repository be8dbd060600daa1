package org.maliang.model.t5;

import java.util.List;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.GatedFeedForward;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Tensor;

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
public final class T5 extends EncoderDecoder {

    private final T5Config config;
    private final Embedding tokens;
    private final Encoder encoder;
    private final T5Stack decoder;
    private final Tensor head; // [vocabulary, hidden]

    public T5(T5Config config, Parameters all) {
        super(config, all);
        this.config = config;
        T5Layers layers = layers(config);
        Parameters reading = all.at("encoder");
        tokens = layers.tokens(all, config.vocabularySize());
        encoder = new T5Encoder(config, reading, tokens, layers.encoder(reading, config.layers()));
        decoder = layers.decoder(all.at("decoder"), config.decoderLayers());
        Initial initial = Initial.normal(config.shape().initialFactor());
        head = config.tiedHead()
                ? tokens.weight()
                : all.at("lm_head").take("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    /** The encoder alone; its parameters are the token embedding and those below {@code encoder}. */
    static Encoder encoder(T5Config config, Parameters all) {
        T5Layers layers = layers(config);
        Embedding tokens = layers.tokens(all, config.vocabularySize());
        T5Stack stack = layers.encoder(all.at("encoder"), config.layers());
        return new T5Encoder(config, all, tokens, stack);
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

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Pass begin(Input target, Memory memory) {
        return decoder.biased(super.begin(target, memory), target.time());
    }

    @Override
    public Tensor embed(Input target) {
        return decoder.dropout().apply(tokens.apply(target.ids()), target.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return decoder.blocks();
    }

    @Override
    public List<CrossAttention> crossAttentions() {
        return decoder.crossAttentions();
    }

    @Override
    public Tensor finalNorm(Tensor x, Pass pass) {
        return decoder.finish(x, pass.training());
    }

    @Override
    protected Tensor beforeHead(Tensor hidden) {
        return config.tiedHead() ? hidden.mul(1 / Math.sqrt(config.hiddenSize())) : hidden;
    }

    @Override
    public Tensor headWeight() {
        return head;
    }
}
