package org.maliang.model.bloom;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Alibi;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CausalMask;
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
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * BLOOM (BigScience, arXiv:2211.05100).
 *
 * <pre>
 * x = word_embeddings_layernorm(word_embeddings[ids])
 * x = x + self_attention(input_layernorm(x));  x = x + mlp(post_attention_layernorm(x))     n_layer times
 * logits = ln_f(x) word_embeddingsᵀ
 * </pre>
 */
public final class Bloom extends Decoder {

    private final BloomConfig config;
    private final Initial initial;
    private final Embedding tokens;
    private final LayerNorm embeddingNorm;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tensor head; // [vocabulary, hidden]
    private final Alibi alibi;

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public Bloom(BloomConfig config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        initial = Initial.normal(config.initialDeviation());
        alibi = new Alibi(config.heads());
        Parameters body = all.at("transformer");
        tokens = Embedding.ofWords(body.at("word_embeddings"), initial, config.vocabularySize(), config.hiddenSize());
        embeddingNorm = norm(body.at("word_embeddings_layernorm"));
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, body.at("h").at(layer)));
        }
        finalNorm = norm(body.at("ln_f"));
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : all.at("lm_head").takeTable("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    private Block block(int layer, Parameters parameters) {
        LayerNorm norm1 = norm(parameters.at("input_layernorm"));
        Block attention = attention(layer, parameters.at("self_attention"));
        LayerNorm norm2 = norm(parameters.at("post_attention_layernorm"));
        FeedForward mlp = feedForward(parameters.at("mlp"));
        return half(norm1, attention).then(half(norm2, mlp));
    }

    private Block half(LayerNorm norm, Block branch) {
        return config.residualAfterNorm()
                ? (x, pass) -> {
                    Tensor n = norm.apply(x);
                    return n.add(config.hiddenDropout().apply(branch.apply(n, pass), pass.training()));
                }
                : new PreNorm(norm, branch, config.hiddenDropout());
    }

    private Block attention(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        Projection fused = Linear.of(parameters.at("query_key_value"), initial, hidden, 3 * hidden);
        Projection output = Linear.of(parameters.at("dense"), initial, hidden, hidden);
        double scale = 1 / Math.sqrt(config.headSize());
        return new SelfAttention(
                Heads.interleaved(fused, config.heads()),
                output,
                new SelfAttention.Settings(layer, scale, config.attentionDropout()));
    }

    private FeedForward feedForward(Parameters parameters) {
        int inner = 4 * config.hiddenSize();
        Projection up = Linear.of(parameters.at("dense_h_to_4h"), initial, config.hiddenSize(), inner);
        Projection down = Linear.of(parameters.at("dense_4h_to_h"), initial, inner, config.hiddenSize());
        return new FeedForward(up, Activation.GELU_TANH, down);
    }

    private LayerNorm norm(Parameters parameters) {
        return LayerNorm.of(parameters, config.hiddenSize(), config.normEpsilon());
    }

    @Override
    protected Pass prepare(Input input) {
        long keys = input.cache().length() + input.time();
        Tensor biases = alibi.biases(input.mask(), keys, head.device()).to(dtype()); // [batch or 1, heads, 1, keys]
        Tensor visible =
                input.mask().orElseGet(() -> Tensor.ones(DType.I64, 1, keys).to(head.device()));
        Mask order = CausalMask.of(visible, input.time(), CausalMask.UNLIMITED, dtype());
        return super.prepare(input).withMask(Mask.of(biases.add(order.tensor())));
    }

    @Override
    public Tensor embed(Input input) {
        return embeddingNorm.apply(tokens.apply(input.ids()));
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
