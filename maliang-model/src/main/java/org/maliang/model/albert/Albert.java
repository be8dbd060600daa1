package org.maliang.model.albert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.bert.BertEmbeddings;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pooler;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/**
 * ALBERT's encoder (Lan et al., arXiv:1909.11942): narrow token vectors, and layers that share their weights.
 *
 * <pre>
 * x = embedding_hidden_mapping_in(BertEmbeddings(ids))
 * x = group[i · num_hidden_groups / num_hidden_layers](x)     for i from 0 to num_hidden_layers - 1
 * </pre>
 */
public final class Albert extends Encoder {

    private final LayerShape shape;
    private final BertEmbeddings embeddings;
    private final Projection widen;
    private final List<Block> blocks = new ArrayList<>();
    private final Optional<Pooler> pooler;

    /** @param pooler whether the encoder has one */
    public Albert(AlbertConfig config, Parameters at, boolean pooler) {
        super(config, at);
        shape = config.layer();
        embeddings = BertEmbeddings.of(tables(config), at.at("embeddings"));
        Parameters encoder = at.at("encoder");
        widen = linear(encoder.at("embedding_hidden_mapping_in"), config.embeddingSize(), shape.hidden());
        List<Block> groups = new ArrayList<>();
        for (int group = 0; group < config.groups(); group++) {
            groups.add(group(config, encoder.at("albert_layer_groups").at(group).at("albert_layers")));
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(groups.get((int) (layer / ((double) config.layers() / config.groups()))));
        }
        this.pooler = pooler
                ? Optional.of(new Pooler(linear(at.at("pooler"), shape.hidden(), shape.hidden()), Activation.TANH))
                : Optional.empty();
    }

    private static BertEmbeddings.Tables tables(AlbertConfig config) {
        return new BertEmbeddings.Tables(
                config.vocabularySize(),
                config.embeddingSize(),
                config.layer().positions(),
                0,
                config.tokenTypes(),
                0,
                config.padId(),
                config.layer());
    }

    private Block group(AlbertConfig config, Parameters layers) {
        Block group = layer(layers.at(0));
        for (int inner = 1; inner < config.innerLayers(); inner++) {
            group = group.then(layer(layers.at(inner)));
        }
        return group;
    }

    /** Dropout follows the attention only. */
    private Block layer(Parameters layer) {
        int hidden = shape.hidden();
        LayerNorm norm2 = BertLayer.norm(shape, layer.at("full_layer_layer_norm"));
        Parameters attention = layer.at("attention");
        Heads.Source heads = Heads.separate(
                linear(attention.at("query"), hidden, hidden),
                linear(attention.at("key"), hidden, hidden),
                linear(attention.at("value"), hidden, hidden),
                shape.heads());
        Projection output = linear(attention.at("dense"), hidden, hidden);
        LayerNorm norm1 = BertLayer.norm(shape, attention.at("LayerNorm"));
        Block mix = BertLayer.attention(shape, heads, output, 1, attention);
        FeedForward mlp = new FeedForward(
                linear(layer.at("ffn"), hidden, shape.feedForward()),
                shape.activation(),
                linear(layer.at("ffn_output"), shape.feedForward(), hidden));
        return new PostNorm(mix, shape.dropout(), norm1).then(new PostNorm(mlp, new Dropout(0), norm2));
    }

    private Projection linear(Parameters at, int in, int out) {
        return Linear.of(at, shape.initial(), in, out);
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        EncoderInput.refuse(input.boxes(), "boxes");
        return widen.apply(embeddings.apply(input)); // [batch, time, hidden]
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return pooler.map(one -> one.apply(hidden)).orElseGet(() -> super.pooled(hidden, input));
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(embeddings.words().weight());
    }
}
