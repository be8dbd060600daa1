package org.maliang.model.pair;

import java.util.List;
import java.util.Optional;
import org.maliang.model.Decoder;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/**
 * An encoder and a decoder that were trained apart (Rothe et al., arXiv:1907.12461; with an encoder of images, Li et al.,
 * arXiv:2109.10282).
 *
 * <pre>
 * memory = enc_to_dec_proj(encoder(source))     the projection only between vectors of different sizes
 * logits = decoder(target, memory)
 * </pre>
 */
public final class Pair extends EncoderDecoder {

    private final Encoder encoder;
    private final Decoder decoder;
    private final Optional<Projection> between;

    Pair(PairConfig config, Encoder encoder, Decoder decoder, Parameters all) {
        super(config, all);
        this.encoder = encoder;
        this.decoder = decoder;
        if (decoder.crossAttentions().isEmpty()) {
            throw new ModelException(
                    "config.json: \"add_cross_attention\" of the decoder is false, but there is a source to"
                            + " look at: set it to true");
        }
        int from = config.encoder().hiddenSize();
        int to = config.decoder().hiddenSize();
        Initial initial = Initial.normal(config.encoder().initialDeviation());
        between = from == to ? Optional.empty() : Optional.of(Linear.of(all.at("enc_to_dec_proj"), initial, from, to));
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Memory remember(Tensor states, Optional<Tensor> visible) {
        return super.remember(
                between.map(projection -> projection.apply(states)).orElse(states), visible);
    }

    @Override
    public Pass begin(Input target, Memory memory) {
        return decoder.begin(target).withMemory(memory);
    }

    @Override
    public Tensor embed(Input target) {
        return decoder.embed(target);
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
        return decoder.finalNorm(x);
    }

    @Override
    public Tensor headWeight() {
        return decoder.headWeight();
    }

    @Override
    public Optional<Tensor> headBias() {
        return decoder.headBias();
    }

    @Override
    public KvCache cache(long batch, long capacity) {
        return decoder.cache(batch, capacity);
    }
}
