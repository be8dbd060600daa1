package org.maliang.model.llama;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.GatedFeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.RmsNorm;
import org.maliang.model.layer.Rotary;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * LLaMA (Touvron et al., arXiv:2302.13971), Mistral (arXiv:2310.06825), Qwen2 (arXiv:2407.10671) and Qwen3
 * (arXiv:2505.09388).
 *
 * <pre>
 * x = embed_tokens[ids]
 * x = x + self_attn(input_layernorm(x));  x = x + mlp(post_attention_layernorm(x))     num_hidden_layers times
 * logits = lm_head(norm(x))
 * </pre>
 */
public final class Llama extends Decoder {

    private static final Dropout NO_DROPOUT = new Dropout(0);

    private final LlamaConfig config;
    private final Initial initial;
    private final Embedding tokens;
    private final List<Block> blocks = new ArrayList<>();
    private final RmsNorm finalNorm;
    private final Tensor head; // [vocabulary, hidden]
    private final Rotary rotary;

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public Llama(LlamaConfig config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        initial = Initial.normal(config.initialDeviation());
        rotary = config.rotary().rotary(1);
        Parameters body = all.at("model");
        OptionalInt padding = config.padId().stream()
                .filter(id -> id < config.vocabularySize())
                .findFirst();
        tokens = Embedding.ofWords(
                body.at("embed_tokens"), initial, config.vocabularySize(), config.hiddenSize(), padding);
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(layer, body.at("layers").at(layer)));
        }
        finalNorm = RmsNorm.of(body.at("norm"), config.hiddenSize(), config.normEpsilon());
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : all.at("lm_head").takeTable("weight", initial, config.vocabularySize(), config.hiddenSize());
    }

    private Block block(int layer, Parameters parameters) {
        Block attention = attention(layer, parameters.at("self_attn"));
        GatedFeedForward mlp = feedForward(parameters.at("mlp"));
        RmsNorm norm1 = RmsNorm.of(parameters.at("input_layernorm"), config.hiddenSize(), config.normEpsilon());
        RmsNorm norm2 =
                RmsNorm.of(parameters.at("post_attention_layernorm"), config.hiddenSize(), config.normEpsilon());
        return new PreNorm(norm1, attention, NO_DROPOUT).then(new PreNorm(norm2, mlp, NO_DROPOUT));
    }

    private Block attention(int layer, Parameters parameters) {
        int size = config.headSize();
        boolean bias = config.biases().heads();
        Projection queries = linear(parameters.at("q_proj"), config.hiddenSize(), config.heads() * size, bias);
        Projection keys = linear(parameters.at("k_proj"), config.hiddenSize(), config.keyValueHeads() * size, bias);
        Projection values = linear(parameters.at("v_proj"), config.hiddenSize(), config.keyValueHeads() * size, bias);
        Projection output = linear(
                parameters.at("o_proj"),
                config.heads() * size,
                config.hiddenSize(),
                config.biases().output());
        Heads.Source heads = Heads.separate(queries, keys, values, config.heads());
        if (config.headNorm()) {
            RmsNorm queryNorm = RmsNorm.of(parameters.at("q_norm"), size, config.normEpsilon());
            RmsNorm keyNorm = RmsNorm.of(parameters.at("k_norm"), size, config.normEpsilon());
            heads = Heads.normed(heads, queryNorm, keyNorm);
        }
        boolean windowed = config.windowed().get(layer);
        double scale = 1 / Math.sqrt(size);
        return new SelfAttention(
                heads, output, new SelfAttention.Settings(layer, scale, windowed, config.attentionDropout()));
    }

    private GatedFeedForward feedForward(Parameters parameters) {
        int inner = config.feedForwardSize();
        boolean bias = config.biases().feedForward();
        Projection gate = linear(parameters.at("gate_proj"), config.hiddenSize(), inner, bias);
        Projection up = linear(parameters.at("up_proj"), config.hiddenSize(), inner, bias);
        Projection down = linear(parameters.at("down_proj"), inner, config.hiddenSize(), bias);
        return new GatedFeedForward(gate, config.activation(), up, down);
    }

    private Projection linear(Parameters parameters, int in, int out, boolean bias) {
        return Linear.of(parameters, initial, in, out, bias);
    }

    /** A window is counted from the last key, and some angles depend on the length of the text. */
    @Override
    public boolean mixesLengths() {
        return config.window() == 0 && !config.rotary().dependsOnLength();
    }

    @Override
    protected Pass prepare(Input input) {
        long length = input.cache().length() + input.time();
        Rotary turning = config.rotary().dependsOnLength() ? config.rotary().rotary(length) : rotary;
        Pass pass = super.prepare(input).withRotation(rotation(turning, input));
        return config.window() > 0 ? pass.withWindow(mask(input, config.window())) : pass;
    }

    @Override
    public Tensor embed(Input input) {
        return tokens.apply(input.ids());
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
