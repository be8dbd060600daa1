package org.maliang.model.t5;

import java.util.List;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Tensor;

/** The two stacks of T5 and of the families made from it, which differ in their feed-forward layers. */
public abstract class T5Model extends EncoderDecoder {

    private final T5ModelConfig config;
    private final Embedding tokens;
    private final T5Encoder encoder;
    private final T5Stack decoder;
    private final Tensor head; // [vocabulary, hidden]

    protected T5Model(T5ModelConfig config, Parameters all, T5Layers layers) {
        super(config, all);
        this.config = config;
        Parameters reading = all.at("encoder");
        tokens = layers.tokens(all, config.vocabularySize());
        encoder = new T5Encoder(config, reading, tokens, layers.encoder(reading, config.layers()));
        decoder = layers.decoder(all.at("decoder"), config.decoderLayers());
        Initial initial = Initial.normal(config.shape().initialFactor());
        head = config.tiedHead()
                ? tokens.weight()
                : all.at("lm_head").take("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    @Override
    public final T5Encoder encoder() {
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
