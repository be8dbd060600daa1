package org.maliang.model.bart;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerDrop;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.SelfAttention;
import org.maliang.model.layer.Sinusoids;
import org.maliang.tensor.Tensor;

/** One side of a BART. */
final class BartStack {

    private static final double EPSILON = 1e-5;
    private static final int OFFSET = 2; // the first learned positions belong to nobody

    private final BartConfig config;
    private final BartConfig.Side side;
    private final boolean writes;
    private final Optional<Embedding> positions;
    private final Optional<LayerNorm> embeddingNorm;
    private final Optional<LayerNorm> finalNorm;
    private final List<Block> blocks = new ArrayList<>();
    private final List<CrossAttention> crossAttentions = new ArrayList<>();

    private BartStack(BartConfig config, BartConfig.Side side, boolean writes, Parameters at) {
        this.config = config;
        this.side = side;
        this.writes = writes;
        int rows = config.contextLength() + OFFSET;
        positions = config.kind().sinusoids()
                ? Optional.empty()
                : Optional.of(Embedding.of(at.at("embed_positions"), initial(), rows, config.hiddenSize()));
        for (int layer = 0; layer < side.layers(); layer++) {
            blocks.add(LayerDrop.of(block(layer, at.at("layers").at(layer)), side.layerDrop()));
        }
        embeddingNorm = norm(at.at("layernorm_embedding"), config.kind().embeddingNorm());
        finalNorm = norm(at.at("layer_norm"), config.kind().normBefore());
    }

    static BartStack encoder(BartConfig config, Parameters at) {
        return new BartStack(config, config.encoder(), false, at);
    }

    static BartStack decoder(BartConfig config, Parameters at) {
        return new BartStack(config, config.decoder(), true, at);
    }

    private Block block(int layer, Parameters at) {
        Block block = half(selfAttention(layer, at.at("self_attn")), at.at("self_attn_layer_norm"));
        if (writes) {
            CrossAttention cross = crossAttention(layer, at.at("encoder_attn"));
            crossAttentions.add(cross);
            block = block.then(half(cross, at.at("encoder_attn_layer_norm")));
        }
        int inner = side.feedForwardSize();
        Linear up = Linear.of(at.at("fc1"), initial(), config.hiddenSize(), inner);
        Linear down = Linear.of(at.at("fc2"), initial(), inner, config.hiddenSize());
        FeedForward mlp = new FeedForward(up, config.activation(), down);
        return block.then(half(mlp.withDropout(config.dropout().activation()), at.at("final_layer_norm")));
    }

    private Block half(Block branch, Parameters at) {
        LayerNorm norm = LayerNorm.of(at, config.hiddenSize(), EPSILON);
        return config.kind().normBefore()
                ? new PreNorm(norm, branch, config.dropout().residual())
                : new PostNorm(branch, config.dropout().residual(), norm);
    }

    private SelfAttention selfAttention(int layer, Parameters at) {
        Linear keys = square(at.at("k_proj"));
        Linear values = square(at.at("v_proj"));
        Linear queries = square(at.at("q_proj"));
        Heads.Source heads = Heads.separate(queries, keys, values, side.heads());
        return new SelfAttention(heads, square(at.at("out_proj")), settings(layer));
    }

    private CrossAttention crossAttention(int layer, Parameters at) {
        Memory.Source memory = Memory.separate(square(at.at("k_proj")), square(at.at("v_proj")), side.heads());
        return new CrossAttention(square(at.at("q_proj")), memory, square(at.at("out_proj")), settings(layer));
    }

    private SelfAttention.Settings settings(int layer) {
        double scale = 1 / Math.sqrt((double) config.hiddenSize() / side.heads());
        return new SelfAttention.Settings(layer, scale, config.dropout().attention());
    }

    private Linear square(Parameters at) {
        return Linear.of(at, initial(), config.hiddenSize(), config.hiddenSize());
    }

    private Optional<LayerNorm> norm(Parameters at, boolean there) {
        return there ? Optional.of(LayerNorm.of(at, config.hiddenSize(), EPSILON)) : Optional.empty();
    }

    private Initial initial() {
        return Initial.normal(config.initialDeviation());
    }

    /**
     * What the first block reads.
     *
     * @param x the vectors of the tokens {@code [batch, time, hidden]}
     * @param where {@code [batch, time]}; counted from {@code start} where there are none
     */
    Tensor embed(Tensor x, Optional<Tensor> where, long start, boolean training) {
        Tensor scaled = config.scaledEmbedding() ? x.mul(Math.sqrt(config.hiddenSize())) : x;
        Tensor placed = scaled.add(positions(where, start, x)); // [batch, time, hidden]
        Tensor normed = embeddingNorm.map(norm -> norm.apply(placed)).orElse(placed);
        return config.dropout().residual().apply(normed, training);
    }

    private Tensor positions(Optional<Tensor> where, long start, Tensor x) {
        long time = x.size(1);
        if (positions.isPresent()) {
            Embedding table = positions.get();
            return where.map(given -> table.apply(given.add(OFFSET)))
                    .orElseGet(() -> table.rows(start + OFFSET, time)); // [time, hidden]
        }
        Sinusoids sines = new Sinusoids(config.hiddenSize(), true);
        return where.map(sines::at)
                .orElseGet(() -> sines.rows(start, time))
                .to(x.device())
                .to(x.dtype());
    }

    List<Block> blocks() {
        return blocks;
    }

    List<CrossAttention> crossAttentions() {
        return crossAttentions;
    }

    Tensor finalNorm(Tensor x) {
        return finalNorm.map(norm -> norm.apply(x)).orElse(x);
    }
}
