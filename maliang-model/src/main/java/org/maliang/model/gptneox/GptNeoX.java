package org.maliang.model.gptneox;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.ParallelHalves;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.Rotary;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * GPT-NeoX (Black et al., arXiv:2204.06745) and Pythia (Biderman et al., arXiv:2304.01373).
 *
 * <pre>
 * x = embed_in[ids]
 * x = x + attention(input_layernorm(x)) + mlp(post_attention_layernorm(x))     num_hidden_layers times
 * logits = embed_out(final_layer_norm(x))
 * </pre>
 *
 * <p>Without parallel residual the feed-forward layer reads what attention has written, as in GPT-2.
 */
public final class GptNeoX extends Decoder {

    private final GptNeoXConfig config;
    private final Initial initial;
    private final Embedding tokens;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tensor head; // [vocabulary, hidden]
    private final Rotary rotary;

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public GptNeoX(GptNeoXConfig config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        initial = Initial.normal(config.initialDeviation());
        rotary = Rotary.of(Rotary.Pairing.HALVES, config.rotaryDimensions(), config.rotaryBase());
        Parameters body = all.at("gpt_neox");
        tokens = Embedding.ofWords(body.at("embed_in"), initial, config.vocabularySize(), config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, body.at("layers").at(layer)));
        }
        finalNorm = norm(body.at("final_layer_norm"));
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : all.at("embed_out").takeTable("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    private Block block(int layer, Parameters parameters) {
        LayerNorm norm1 = norm(parameters.at("input_layernorm"));
        LayerNorm norm2 = norm(parameters.at("post_attention_layernorm"));
        Block attention = attention(layer, parameters.at("attention"));
        FeedForward mlp = feedForward(parameters.at("mlp"));
        Dropout dropout = config.hiddenDropout();
        return config.parallelResidual()
                ? new ParallelHalves(norm1, attention, norm2, mlp, dropout)
                : new PreNorm(norm1, attention, dropout).then(new PreNorm(norm2, mlp, dropout));
    }

    private Block attention(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        Projection fused =
                Linear.of(parameters.at("query_key_value"), initial, hidden, 3 * hidden, config.attentionBias());
        Projection output = Linear.of(parameters.at("dense"), initial, hidden, hidden, config.attentionBias());
        double scale = 1 / Math.sqrt(config.headSize());
        return new SelfAttention(
                Heads.interleaved(fused, config.heads()),
                output,
                new SelfAttention.Settings(layer, scale, config.attentionDropout()));
    }

    private FeedForward feedForward(Parameters parameters) {
        int inner = config.feedForwardSize();
        Projection up = Linear.of(parameters.at("dense_h_to_4h"), initial, config.hiddenSize(), inner);
        Projection down = Linear.of(parameters.at("dense_4h_to_h"), initial, inner, config.hiddenSize());
        return new FeedForward(up, config.activation(), down);
    }

    private LayerNorm norm(Parameters parameters) {
        return LayerNorm.of(parameters, config.hiddenSize(), config.normEpsilon());
    }

    @Override
    protected Pass prepare(Input input) {
        return super.prepare(input).withRotation(rotation(rotary, input));
    }

    @Override
    public Tensor embed(Input input) {
        return config.hiddenDropout().apply(tokens.apply(input.ids()), input.isTraining());
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
