package org.maliang.model.gptj;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.ParallelHalves;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.Rotary;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * GPT-J (Wang and Komatsuzaki 2021, github.com/kingoflolz/mesh-transformer-jax).
 *
 * <pre>
 * x = wte[ids]
 * n = ln_1(x);  x = x + attn(n) + mlp(n)     n_layer times
 * logits = lm_head(ln_f(x)) + bias
 * </pre>
 */
public final class GptJ extends Decoder {

    private final GptJConfig config;
    private final Initial initial;
    private final Embedding tokens;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tensor head; // [vocabulary, hidden]
    private final Optional<Tensor> headBias; // [vocabulary]
    private final Rotary rotary;

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public GptJ(GptJConfig config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        initial = Initial.normal(config.initialDeviation());
        rotary = Rotary.of(Rotary.Pairing.NEIGHBOURS, config.rotaryDimensions(), 10000);
        Parameters body = all.at("transformer");
        tokens = Embedding.ofWords(body.at("wte"), initial, config.vocabularySize(), config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, body.at("h").at(layer)));
        }
        finalNorm = LayerNorm.of(body.at("ln_f"), config.hiddenSize(), config.normEpsilon());
        Parameters top = all.at("lm_head");
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : top.takeTable("weight", initial, config.vocabularySize(), config.hiddenSize());
        headBias =
                languageHead ? Optional.of(top.take("bias", Initial.ZEROS, config.vocabularySize())) : Optional.empty();
    }

    private Block block(int layer, Parameters parameters) {
        LayerNorm norm = LayerNorm.of(parameters.at("ln_1"), config.hiddenSize(), config.normEpsilon());
        Block attention = attention(layer, parameters.at("attn"));
        FeedForward mlp = feedForward(parameters.at("mlp"));
        return new ParallelHalves(norm, attention, norm, mlp, config.residualDropout());
    }

    private Block attention(int layer, Parameters parameters) {
        Projection queries = square(parameters.at("q_proj"));
        Projection keys = square(parameters.at("k_proj"));
        Projection values = square(parameters.at("v_proj"));
        Projection output = square(parameters.at("out_proj"));
        double scale = 1 / Math.sqrt(config.headSize());
        return new SelfAttention(
                Heads.separate(queries, keys, values, config.heads()),
                output,
                new SelfAttention.Settings(layer, scale, config.attentionDropout()));
    }

    private Projection square(Parameters parameters) {
        return Linear.withoutBias(parameters, initial, config.hiddenSize(), config.hiddenSize());
    }

    private FeedForward feedForward(Parameters parameters) {
        int inner = config.feedForwardSize();
        Projection up = Linear.of(parameters.at("fc_in"), initial, config.hiddenSize(), inner);
        Projection down = Linear.of(parameters.at("fc_out"), initial, inner, config.hiddenSize());
        return new FeedForward(up, config.activation(), down);
    }

    @Override
    protected Pass prepare(Input input) {
        return super.prepare(input).withRotation(rotation(rotary, input));
    }

    @Override
    public Tensor embed(Input input) {
        return config.embeddingDropout().apply(tokens.apply(input.ids()), input.isTraining());
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

    @Override
    public Optional<Tensor> headBias() {
        return headBias;
    }
}
