package org.maliang.model.plug;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pooler;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * The side of a PLUG that reads: a StructBERT with the norms before the branches. It understands texts by itself, too.
 *
 * <p>ModelScope's code applies the final norm once while it trains and twice while it generates
 * (modelscope/models/nlp/plug/backbone.py, {@code BertEncoder.forward}); here it is applied once.
 */
final class PlugEncoder extends Encoder {

    private final PlugConfig config;
    private final PlugEmbeddings embeddings;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Pooler pooler;

    PlugEncoder(PlugConfig config, Parameters at, PlugEmbeddings embeddings) {
        super(config, at);
        this.config = config;
        this.embeddings = embeddings;
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, at.at("encoder").at("layer").at(layer)));
        }
        finalNorm = norm(at.at("encoder").at("LayerNorm"));
        int hidden = config.hiddenSize();
        pooler = new Pooler(Linear.of(at.at("pooler").at("dense"), config.initial(), hidden, hidden), Activation.TANH);
    }

    private Block block(int layer, Parameters at) {
        int hidden = config.hiddenSize();
        int inner = config.feedForwardSize();
        Initial residual = config.residual(config.deepInitial());
        Parameters attention = at.at("attention");
        LayerNorm before = norm(attention.at("LayerNorm"));
        Linear fused = Linear.of(attention.at("self").at("query_key_value"), config.initial(), hidden, 3 * hidden);
        Linear output = Linear.of(attention.at("output").at("dense"), residual, hidden, hidden);
        double scale = 1 / Math.sqrt((double) hidden / config.heads());
        var settings = new SelfAttention.Settings(layer, scale, config.attentionDropout());
        SelfAttention mix = new SelfAttention(Heads.blocks(fused, config.heads()), output, settings);
        FeedForward mlp = new FeedForward(
                Linear.of(at.at("intermediate").at("dense"), config.initial(), hidden, inner),
                config.activation(),
                Linear.of(at.at("output").at("dense"), residual, inner, hidden));
        return new PreNorm(before, mix, config.dropout())
                .then(new PreNorm(norm(at.at("LayerNorm")), mlp, config.dropout()));
    }

    private LayerNorm norm(Parameters at) {
        return LayerNorm.of(at, config.hiddenSize(), config.normEpsilon());
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        Tensor x = input.vectors().orElseGet(() -> embeddings.words().apply(input.requiredIds()));
        return embeddings.apply(x, input.positions(), 0, input.types(), input.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Tensor finalNorm(Tensor x) {
        return finalNorm.apply(x);
    }

    @Override
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return pooler.apply(hidden);
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(embeddings.words().weight());
    }
}
