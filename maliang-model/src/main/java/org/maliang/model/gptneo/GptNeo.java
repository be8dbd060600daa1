package org.maliang.model.gptneo;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * GPT-Neo (Black et al. 2021, github.com/EleutherAI/gpt-neo): GPT-2 with layers that see the last tokens only among those
 * that see all, and with attention scores that are not divided by √headSize.
 *
 * <pre>
 * x = wte[ids] + wpe[positions]
 * x = x + attn(ln_1(x));  x = x + mlp(ln_2(x))     num_layers times
 * logits = ln_f(x) wteᵀ
 * </pre>
 */
public final class GptNeo extends Decoder {

    private final GptNeoConfig config;
    private final Initial initial;
    private final Embedding tokens;
    private final Embedding positions;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tensor head; // [vocabulary, hidden]

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public GptNeo(GptNeoConfig config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        initial = Initial.normal(config.initialDeviation());
        Parameters body = all.at("transformer");
        tokens = Embedding.ofWords(body.at("wte"), initial, config.vocabularySize(), config.hiddenSize());
        positions = Embedding.of(body.at("wpe"), initial, config.contextLength(), config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, body.at("h").at(layer)));
        }
        finalNorm = norm(body.at("ln_f"));
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : all.at("lm_head").takeTable("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    private Block block(int layer, Parameters parameters) {
        LayerNorm norm1 = norm(parameters.at("ln_1"));
        Block attention = attention(layer, parameters.at("attn").at("attention"));
        LayerNorm norm2 = norm(parameters.at("ln_2"));
        FeedForward mlp = feedForward(parameters.at("mlp"));
        return new PreNorm(norm1, attention, config.residualDropout())
                .then(new PreNorm(norm2, mlp, config.residualDropout()));
    }

    private Block attention(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        Projection keys = Linear.withoutBias(parameters.at("k_proj"), initial, hidden, hidden);
        Projection values = Linear.withoutBias(parameters.at("v_proj"), initial, hidden, hidden);
        Projection queries = Linear.withoutBias(parameters.at("q_proj"), initial, hidden, hidden);
        Projection output = Linear.of(parameters.at("out_proj"), initial, hidden, hidden);
        boolean local = config.local().get(layer);
        return new SelfAttention(
                Heads.separate(queries, keys, values, config.heads()),
                output,
                new SelfAttention.Settings(layer, 1, local, config.attentionDropout()));
    }

    private FeedForward feedForward(Parameters parameters) {
        int inner = config.feedForwardSize();
        Projection up = Linear.of(parameters.at("c_fc"), initial, config.hiddenSize(), inner);
        Projection down = Linear.of(parameters.at("c_proj"), initial, inner, config.hiddenSize());
        return new FeedForward(up, config.activation(), down);
    }

    private LayerNorm norm(Parameters parameters) {
        return LayerNorm.of(parameters, config.hiddenSize(), config.normEpsilon());
    }

    /** The window is counted from the last key. */
    @Override
    public boolean mixesLengths() {
        return false;
    }

    @Override
    protected Pass prepare(Input input) {
        return super.prepare(input).withWindow(mask(input, config.window()));
    }

    @Override
    public Tensor embed(Input input) {
        Tensor x = tokens.apply(input.ids()).add(positions(positions, input)); // [batch, time, hidden]
        return config.embeddingDropout().apply(x, input.isTraining());
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
    public Tensor headWeight() {
        return head;
    }
}
