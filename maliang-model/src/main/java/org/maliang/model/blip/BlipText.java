package org.maliang.model.blip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * The layers of BLIP's text model: those of BERT, with a look at an image in between where there is one.
 *
 * <pre>
 * x = LayerNorm(word[ids] + position[positions])
 * x = LayerNorm(x + self(x));  x = LayerNorm(x + cross(x, image));  x = LayerNorm(x + mlp(x))     num_hidden_layers times
 * </pre>
 */
final class BlipText {

    private final LayerShape shape;
    private final Embedding words;
    private final Embedding positions;
    private final LayerNorm norm;
    private final List<Block> blocks = new ArrayList<>();
    private final List<CrossAttention> crossAttentions = new ArrayList<>();

    BlipText(BlipConfig whole, Parameters at) {
        BlipConfig.Text config = whole.text();
        shape = config.layer();
        Parameters embeddings = at.at("embeddings");
        words = Embedding.of(
                embeddings.at("word_embeddings"), shape.initial(), config.vocabulary(), shape.hidden(), config.padId());
        positions =
                Embedding.of(embeddings.at("position_embeddings"), shape.initial(), shape.positions(), shape.hidden());
        norm = BertLayer.norm(shape, embeddings.at("LayerNorm"));
        for (int layer = 0; layer < config.layers(); layer++) {
            Parameters one = at.at("encoder").at("layer").at(layer);
            blocks.add(block(layer, one, whole.vision().hidden()));
        }
    }

    private Block block(int layer, Parameters at, int imageSize) {
        Block mix = half(selfAttention(layer, at.at("attention")), at.at("attention"));
        CrossAttention cross = crossAttention(layer, at.at("crossattention"), imageSize);
        crossAttentions.add(cross);
        Block look = CrossAttention.whereThereIsMemory(half(cross, at.at("crossattention")));
        Block mlp = new PostNorm(
                BertLayer.feedForward(shape, at),
                shape.dropout(),
                BertLayer.norm(shape, at.at("output").at("LayerNorm")));
        return mix.then(look).then(mlp);
    }

    private Block half(Block branch, Parameters at) {
        return new PostNorm(
                branch, shape.dropout(), BertLayer.norm(shape, at.at("output").at("LayerNorm")));
    }

    private SelfAttention selfAttention(int layer, Parameters at) {
        Parameters self = at.at("self");
        Heads.Source heads = Heads.separate(
                linear(self.at("query"), shape.hidden()),
                linear(self.at("key"), shape.hidden()),
                linear(self.at("value"), shape.hidden()),
                shape.heads());
        return new SelfAttention(heads, output(at), settings(layer));
    }

    /** Queries come from the text, keys and values from the image. */
    private CrossAttention crossAttention(int layer, Parameters at, int imageSize) {
        Parameters self = at.at("self");
        Projection query = linear(self.at("query"), shape.hidden());
        Memory.Source memory =
                Memory.separate(linear(self.at("key"), imageSize), linear(self.at("value"), imageSize), shape.heads());
        return new CrossAttention(query, memory, output(at), settings(layer));
    }

    private SelfAttention.Settings settings(int layer) {
        return new SelfAttention.Settings(layer, shape.scale(), shape.attentionDropout());
    }

    private Projection output(Parameters at) {
        return linear(at.at("output").at("dense"), shape.hidden());
    }

    private Projection linear(Parameters at, int in) {
        return Linear.of(at, shape.initial(), in, shape.hidden());
    }

    /**
     * What the first block reads.
     *
     * @param x the vectors of the words {@code [batch, time, hidden]}
     * @param where {@code [batch, time]}; counted from {@code start} where there are none
     */
    Tensor embed(Tensor x, Optional<Tensor> where, long start, boolean training) {
        Tensor places = where.map(positions::apply).orElseGet(() -> positions.rows(start, x.size(1)));
        return shape.dropout().apply(norm.apply(x.add(places)), training);
    }

    Embedding words() {
        return words;
    }

    List<Block> blocks() {
        return blocks;
    }

    List<CrossAttention> crossAttentions() {
        return crossAttentions;
    }
}
