package org.maliang.model.plug;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.Input;
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
 * PLUG (Alibaba DAMO 2021; github.com/alibaba/AliceMind, PLUG/model/modeling.py): the encoder is a StructBERT, the decoder
 * was trained behind it.
 *
 * <pre>
 * x = LayerNorm(word[ids] + position[0, 1, …] + type[0])     for both stacks
 * x = x + attention(norm(x));  x = x + cross_attention(norm(x)) in the decoder;  x = x + mlp(norm(x))
 * logits = final_layernorm(x) wordᵀ
 * </pre>
 *
 * <p>Built after their code; the published weights were not at hand, and nothing has been compared with them.
 */
public final class Plug extends EncoderDecoder {

    private final PlugConfig config;
    private final PlugEmbeddings embeddings;
    private final PlugEncoder encoder;
    private final PlugHeads heads;
    private final List<Block> blocks = new ArrayList<>();
    private final List<CrossAttention> crossAttentions = new ArrayList<>();
    private final LayerNorm finalNorm;

    public Plug(PlugConfig config, Parameters all) {
        super(config, all);
        this.config = config;
        Parameters bert = all.at("bert");
        embeddings = PlugEmbeddings.of(config, bert.at("embeddings"));
        encoder = new PlugEncoder(config, bert, embeddings);
        heads = PlugHeads.of(config, all.at("cls"), embeddings.words().weight());
        Parameters decoder = all.at("decoder").at("decoder");
        for (int layer = 0; layer < config.decoderLayers(); layer++) {
            blocks.add(block(layer, decoder.at("layer").at(layer)));
        }
        finalNorm = norm(decoder.at("final_layernorm"));
    }

    private Block block(int layer, Parameters at) {
        int hidden = config.hiddenSize();
        int inner = config.feedForwardSize();
        Initial residual = config.residual(true);
        double scale = 1 / Math.sqrt((double) hidden / config.heads());
        var settings = new SelfAttention.Settings(layer, scale, config.attentionDropout());
        Parameters own = at.at("attention");
        SelfAttention attention = new SelfAttention(
                Heads.blocks(
                        Linear.of(own.at("query_key_value"), config.initial(), hidden, 3 * hidden), config.heads()),
                Linear.of(own.at("dense"), residual, hidden, hidden),
                settings);
        Parameters across = at.at("cross_attention");
        CrossAttention cross = new CrossAttention(
                Linear.of(across.at("query"), config.initial(), hidden, hidden),
                Memory.blocks(Linear.of(across.at("key_value"), config.initial(), hidden, 2 * hidden), config.heads()),
                Linear.of(across.at("dense"), residual, hidden, hidden),
                settings);
        crossAttentions.add(cross);
        FeedForward mlp = new FeedForward(
                Linear.of(at.at("intermediate"), config.initial(), hidden, inner),
                config.activation(),
                Linear.of(at.at("output"), residual, inner, hidden));
        return new PreNorm(norm(at.at("input_layernorm")), attention, config.dropout())
                .then(new PreNorm(norm(at.at("post_attention_layernorm")), cross, config.dropout()))
                .then(new PreNorm(norm(at.at("post_cross_attention_layernorm")), mlp, config.dropout()));
    }

    private LayerNorm norm(Parameters at) {
        return LayerNorm.of(at, config.hiddenSize(), config.normEpsilon());
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    /** What the encoder alone is good for. */
    public PlugHeads heads() {
        return heads;
    }

    @Override
    public Tensor embed(Input target) {
        Tensor x = embeddings.words().apply(target.ids()); // [batch, time, hidden]
        long start = target.cache().length();
        return embeddings.apply(x, target.positions(), start, Optional.empty(), target.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public List<CrossAttention> crossAttentions() {
        return crossAttentions;
    }

    @Override
    public Tensor finalNorm(Tensor x, Pass pass) {
        return finalNorm.apply(x);
    }

    @Override
    public Tensor headWeight() {
        return embeddings.words().weight();
    }
}
