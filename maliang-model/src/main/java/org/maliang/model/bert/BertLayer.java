package org.maliang.model.bert;

import org.maliang.model.layer.Block;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.RelativeKeyAttention;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/** The layer of BERT, under the names that its files and those of its descendants use. */
public final class BertLayer {

    private BertLayer() {}

    /**
     * <pre>
     * x = attention.output.LayerNorm(x + attention(x))
     * x = output.LayerNorm(x + output(act(intermediate(x))))
     * </pre>
     */
    public static Block of(LayerShape shape, Parameters layer) {
        Parameters attention = layer.at("attention");
        Block mix = attention(shape, attention);
        LayerNorm norm1 = norm(shape, attention.at("output").at("LayerNorm"));
        FeedForward mlp = feedForward(shape, layer);
        LayerNorm norm2 = norm(shape, layer.at("output").at("LayerNorm"));
        return new PostNorm(mix, shape.dropout(), norm1).then(new PostNorm(mlp, shape.dropout(), norm2));
    }

    /** The attention below {@code attention}, without its norm. */
    public static Block attention(LayerShape shape, Parameters attention) {
        Parameters self = attention.at("self");
        Heads.Source heads = Heads.separate(
                square(shape, self.at("query")),
                square(shape, self.at("key")),
                square(shape, self.at("value")),
                shape.heads());
        return attention(shape, heads, square(shape, attention.at("output").at("dense")), shape.scale(), self);
    }

    /**
     * Attention made of its projections, with distances where the shape has them.
     *
     * @param factor on the scores of distances
     * @param self holds the table of distances
     */
    public static Block attention(
            LayerShape shape, Heads.Source heads, Projection output, double factor, Parameters self) {
        var settings = new SelfAttention.Settings(0, shape.scale(), shape.attentionDropout());
        if (shape.distances() == Distances.ABSOLUTE) {
            return new SelfAttention(heads, output, settings);
        }
        Tensor table = self.at("distance_embedding")
                .take("weight", shape.initial(), 2L * shape.positions() - 1, shape.hidden() / shape.heads());
        boolean forKeysToo = shape.distances() == Distances.RELATIVE_KEY_QUERY;
        return new RelativeKeyAttention(heads, output, settings, factor, table, forKeysToo);
    }

    /** The feed-forward half, without its norm. */
    public static FeedForward feedForward(LayerShape shape, Parameters layer) {
        Projection up =
                Linear.of(layer.at("intermediate").at("dense"), shape.initial(), shape.hidden(), shape.feedForward());
        Projection down =
                Linear.of(layer.at("output").at("dense"), shape.initial(), shape.feedForward(), shape.hidden());
        return new FeedForward(up, shape.activation(), down);
    }

    public static LayerNorm norm(LayerShape shape, Parameters at) {
        return LayerNorm.of(at, shape.hidden(), shape.epsilon());
    }

    private static Projection square(LayerShape shape, Parameters at) {
        return Linear.of(at, shape.initial(), shape.hidden(), shape.hidden());
    }
}
