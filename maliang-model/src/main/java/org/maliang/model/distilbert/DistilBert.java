package org.maliang.model.distilbert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * DistilBERT's encoder (Sanh et al., arXiv:1910.01108).
 *
 * <pre>
 * x = LayerNorm(word[ids] + position[positions])
 * x = sa_layer_norm(x + attention(x));  x = output_layer_norm(x + ffn(x))     n_layers times
 * </pre>
 */
public final class DistilBert extends Encoder {

    private final DistilBertConfig config;
    private final Embedding words;
    private final Embedding positions;
    private final LayerNorm norm;
    private final List<Block> blocks = new ArrayList<>();

    public DistilBert(DistilBertConfig config, Parameters at) {
        super(config, at);
        this.config = config;
        int hidden = config.hiddenSize();
        Parameters embeddings = at.at("embeddings");
        words = Embedding.of(
                embeddings.at("word_embeddings"), initial(), config.vocabularySize(), hidden, config.padId());
        positions = Embedding.of(embeddings.at("position_embeddings"), initial(), config.contextLength(), hidden);
        norm = norm(embeddings.at("LayerNorm"));
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(at.at("transformer").at("layer").at(layer)));
        }
    }

    private Block block(Parameters layer) {
        int hidden = config.hiddenSize();
        Parameters attention = layer.at("attention");
        Heads.Source heads = Heads.separate(
                linear(attention.at("q_lin"), hidden, hidden),
                linear(attention.at("k_lin"), hidden, hidden),
                linear(attention.at("v_lin"), hidden, hidden),
                config.heads());
        double scale = 1 / Math.sqrt((double) hidden / config.heads());
        var settings = new SelfAttention.Settings(0, scale, config.dropouts().attention());
        SelfAttention mix = new SelfAttention(heads, linear(attention.at("out_lin"), hidden, hidden), settings);
        LayerNorm norm1 = norm(layer.at("sa_layer_norm"));
        Parameters ffn = layer.at("ffn");
        FeedForward mlp = new FeedForward(
                linear(ffn.at("lin1"), hidden, config.feedForwardSize()),
                config.activation(),
                linear(ffn.at("lin2"), config.feedForwardSize(), hidden));
        LayerNorm norm2 = norm(layer.at("output_layer_norm"));
        return new PostNorm(mix, new Dropout(0), norm1)
                .then(new PostNorm(mlp, config.dropouts().layers(), norm2));
    }

    private Initial initial() {
        return Initial.normal(config.initialDeviation());
    }

    private Projection linear(Parameters at, int in, int out) {
        return Linear.of(at, initial(), in, out);
    }

    private LayerNorm norm(Parameters at) {
        return LayerNorm.of(at, config.hiddenSize(), DistilBertConfig.EPSILON);
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        EncoderInput.refuse(input.boxes(), "boxes");
        EncoderInput.refuse(input.types(), "segments");
        EncoderInput.refuse(input.tasks(), "task ids");
        Tensor x = input.vectors().orElseGet(() -> words.apply(input.requiredIds())); // [batch, time, hidden]
        Tensor where = input.positions().map(positions::apply).orElseGet(() -> positions.rows(0, input.time()));
        return config.dropouts().layers().apply(norm.apply(x.add(where)), input.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(words.weight());
    }
}
