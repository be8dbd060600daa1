package org.maliang.model.opt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerDrop;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * OPT (Zhang et al., arXiv:2205.01068).
 *
 * <pre>
 * x = project_in(embed_tokens[ids]) + embed_positions[positions + 2]
 * x = x + self_attn(self_attn_layer_norm(x));  x = x + fc2(relu(fc1(final_layer_norm(x))))     num_hidden_layers times
 * logits = project_out(final_layer_norm(x)) embed_tokensᵀ
 * </pre>
 *
 * <p>The model of 350 million parameters alone has projections, has its norms after the additions and none at the end.
 * Positions do not count padding: they come from the mask where there is one and the input has none.
 */
public final class Opt extends Decoder {

    private static final int OFFSET = 2;

    private final OptConfig config;
    private final Initial initial;
    private final Embedding tokens;
    private final Embedding positions;
    private final Optional<Projection> projectIn;
    private final Optional<Projection> projectOut;
    private final List<Block> blocks = new ArrayList<>();
    private final Optional<LayerNorm> finalNorm;
    private final Tensor head; // [vocabulary, embedding]

    /** Without {@code languageHead} the head is the token embedding, whatever the configuration says. */
    public Opt(OptConfig config, Parameters all, boolean languageHead) {
        super(config, all);
        this.config = config;
        initial = Initial.normal(config.initialDeviation());
        Parameters body = all.at("model").at("decoder");
        int hidden = config.hiddenSize();
        int size = config.embeddingSize();
        tokens = Embedding.ofWords(body.at("embed_tokens"), initial, config.vocabularySize(), size, config.padId());
        positions = Embedding.of(body.at("embed_positions"), initial, config.contextLength() + OFFSET, hidden);
        boolean projected = size != hidden;
        projectIn = projected
                ? Optional.of(Linear.withoutBias(body.at("project_in"), initial, size, hidden))
                : Optional.empty();
        projectOut = projected
                ? Optional.of(Linear.withoutBias(body.at("project_out"), initial, hidden, size))
                : Optional.empty();
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(LayerDrop.of(block(layer, body.at("layers").at(layer)), config.layerDrop()));
        }
        finalNorm = config.finalNorm() ? Optional.of(norm(body.at("final_layer_norm"))) : Optional.empty();
        head = config.tiedHead() || !languageHead
                ? tokens.weight()
                : all.at("lm_head").takeTable("weight", initial, config.vocabularySize(), size);
    }

    private Block block(int layer, Parameters parameters) {
        Block attention = attention(layer, parameters.at("self_attn"));
        LayerNorm norm1 = norm(parameters.at("self_attn_layer_norm"));
        FeedForward mlp = new FeedForward(
                linear(parameters.at("fc1"), config.hiddenSize(), config.feedForwardSize()),
                config.activation(),
                linear(parameters.at("fc2"), config.feedForwardSize(), config.hiddenSize()));
        LayerNorm norm2 = norm(parameters.at("final_layer_norm"));
        Dropout dropout = config.dropout();
        Block second = mlp;
        return config.normBefore()
                ? new PreNorm(norm1, attention, dropout).then(new PreNorm(norm2, second, dropout))
                : new PostNorm(attention, dropout, norm1).then(new PostNorm(second, dropout, norm2));
    }

    private Block attention(int layer, Parameters parameters) {
        int hidden = config.hiddenSize();
        Projection keys = linear(parameters.at("k_proj"), hidden, hidden);
        Projection values = linear(parameters.at("v_proj"), hidden, hidden);
        Projection queries = linear(parameters.at("q_proj"), hidden, hidden);
        Projection output = linear(parameters.at("out_proj"), hidden, hidden);
        double scale = 1 / Math.sqrt(config.headSize());
        return new SelfAttention(
                Heads.separate(queries, keys, values, config.heads()),
                output,
                new SelfAttention.Settings(layer, scale, config.attentionDropout()));
    }

    private Projection linear(Parameters parameters, int in, int out) {
        return Linear.of(parameters, initial, in, out, config.bias());
    }

    private LayerNorm norm(Parameters parameters) {
        return LayerNorm.of(parameters, config.hiddenSize(), 1e-5);
    }

    @Override
    public Tensor embed(Input input) {
        Tensor x = tokens.apply(input.ids()); // [batch, time, embedding]
        if (projectIn.isPresent()) {
            x = projectIn.get().apply(x);
        }
        return x.add(positions(input));
    }

    private Tensor positions(Input input) {
        long past = input.cache().length();
        return input.positions()
                .map(given -> positions.apply(given.add(OFFSET))) // [batch, time, hidden]
                .or(() -> input.mask()
                        .filter(mask -> mask.rank() == 2)
                        .map(mask -> positions.apply(mask.cumsum(-1)
                                .mul(mask)
                                .narrow(1, past, input.time())
                                .add(OFFSET - 1.0))))
                .orElseGet(() -> positions.rows(past + OFFSET, input.time())); // [time, hidden]
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Tensor finalNorm(Tensor x) {
        Tensor y = finalNorm.isPresent() ? finalNorm.get().apply(x) : x;
        return projectOut.isPresent() ? projectOut.get().apply(y) : y; // [batch, time, embedding]
    }

    @Override
    public Tensor headWeight() {
        return head;
    }
}
