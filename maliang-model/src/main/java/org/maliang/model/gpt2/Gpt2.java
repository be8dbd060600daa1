package org.maliang.model.gpt2;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Conv1d;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * GPT-2 (Radford et al. 2019) and, but for its sparse layers, GPT-3 (Brown et al., arXiv:2005.14165).
 *
 * <pre>
 * x = wte[ids] + wpe[positions]
 * x = x + attn(ln_1(x));  x = x + mlp(ln_2(x))     n_layer times
 * logits = ln_f(x) wteᵀ
 * </pre>
 *
 * <p>As the part of an {@link org.maliang.model.EncoderDecoder EncoderDecoder} that writes, its layers look at the source
 * between their halves: {@code x = x + crossattention(ln_cross_attn(x))}.
 *
 * <p>Fresh weights are N(0, 0.02); the two projections that write to the residual stream are narrower by √(2 n_layer).
 */
public final class Gpt2 extends Decoder {

    private final Gpt2Config config;
    private final Embedding tokens;
    private final Embedding positions;
    private final List<Block> blocks = new ArrayList<>();
    private final List<CrossAttention> crossAttentions = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tensor head; // [vocabulary, hidden]

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public Gpt2(Gpt2Config config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        Initial initial = Initial.normal(config.initialDeviation());
        Parameters body = all.at("transformer");
        tokens = Embedding.ofWords(body.at("wte"), initial, config.vocabularySize(), config.hiddenSize());
        positions = Embedding.of(body.at("wpe"), initial, config.contextLength(), config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, body.at("h").at(layer)));
        }
        finalNorm = LayerNorm.of(body.at("ln_f"), config.hiddenSize(), config.normEpsilon());
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : all.at("lm_head").takeTable("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    private Block block(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        LayerNorm norm1 = LayerNorm.of(parameters.at("ln_1"), hidden, config.normEpsilon());
        Block attention = attention(layer, parameters.at("attn"));
        LayerNorm norm2 = LayerNorm.of(parameters.at("ln_2"), hidden, config.normEpsilon());
        Dropout dropout = config.dropout().residual();
        Block first = new PreNorm(norm1, attention, dropout);
        if (config.crossAttention()) {
            CrossAttention cross = crossAttention(layer, parameters.at("crossattention"));
            crossAttentions.add(cross);
            LayerNorm norm = LayerNorm.of(parameters.at("ln_cross_attn"), hidden, config.normEpsilon());
            first = first.then(CrossAttention.whereThereIsMemory(new PreNorm(norm, cross, dropout)));
        }
        return first.then(new PreNorm(norm2, feedForward(parameters.at("mlp")), dropout));
    }

    private Block attention(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        Conv1d fused = Conv1d.of(parameters.at("c_attn"), plain(), hidden, 3 * hidden);
        Conv1d output = Conv1d.of(parameters.at("c_proj"), residual(), hidden, hidden);
        return new SelfAttention(Heads.blocks(fused, config.heads()), output, settings(layer));
    }

    private CrossAttention crossAttention(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        Conv1d fused = Conv1d.of(parameters.at("c_attn"), plain(), hidden, 2 * hidden);
        Conv1d query = Conv1d.of(parameters.at("q_attn"), plain(), hidden, hidden);
        Conv1d output = Conv1d.of(parameters.at("c_proj"), residual(), hidden, hidden);
        return new CrossAttention(query, Memory.blocks(fused, config.heads()), output, settings(layer));
    }

    private SelfAttention.Settings settings(int layer) {
        return new SelfAttention.Settings(
                layer, config.attentionScale(layer), config.dropout().attention());
    }

    private FeedForward feedForward(Parameters parameters) {
        int hidden = config.hiddenSize();
        int inner = config.feedForwardSize();
        Conv1d up = Conv1d.of(parameters.at("c_fc"), plain(), hidden, inner);
        Conv1d down = Conv1d.of(parameters.at("c_proj"), residual(), inner, hidden);
        return new FeedForward(up, config.activation(), down);
    }

    private Initial plain() {
        return Initial.normal(config.initialDeviation());
    }

    private Initial residual() {
        return Initial.normal(config.initialDeviation() / Math.sqrt(2.0 * config.layers()));
    }

    @Override
    public Tensor embed(Input input) {
        Tensor x = tokens.apply(input.ids()).add(positions(positions, input)); // [batch, time, hidden]
        return config.dropout().embedding().apply(x, input.isTraining());
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
    public Tensor finalNorm(Tensor x) {
        return finalNorm.apply(x);
    }

    @Override
    public Tensor headWeight() {
        return head;
    }
}
