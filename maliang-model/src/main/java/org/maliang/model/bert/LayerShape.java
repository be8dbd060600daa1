package org.maliang.model.bert;

import org.maliang.model.ModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;

/**
 * The shape of one layer.
 *
 * @param feedForward width between the two projections of the feed-forward half
 * @param deviation of fresh weights
 * @param dropout of embeddings and of what a branch adds
 * @param attentionDropout of attention weights
 * @param positions rows of the position table, which also limit distances
 */
public record LayerShape(
        int hidden,
        int heads,
        int feedForward,
        Activation activation,
        double epsilon,
        double deviation,
        Dropout dropout,
        Dropout attentionDropout,
        Distances distances,
        int positions) {

    public LayerShape {
        if (hidden % heads != 0) {
            throw new ModelException(
                    "config.json: hidden size " + hidden + " is not a multiple of the number of heads " + heads);
        }
    }

    /** How fresh weights are drawn. */
    public Initial initial() {
        return Initial.normal(deviation);
    }

    /** The usual factor on attention scores. */
    public double scale() {
        return 1 / Math.sqrt((double) hidden / heads);
    }
}
