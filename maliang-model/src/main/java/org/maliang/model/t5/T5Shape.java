package org.maliang.model.t5;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;

/**
 * The numbers that all layers of a T5 share.
 *
 * @param keySize elements of one key; heads × keySize may differ from hiddenSize
 * @param buckets of distances
 * @param longestDistance from here on all distances are one
 * @param initialFactor on the standard deviations of fresh weights
 */
public record T5Shape(
        int hiddenSize,
        int keySize,
        int heads,
        int feedForwardSize,
        int buckets,
        int longestDistance,
        Dropout dropout,
        double normEpsilon,
        double initialFactor) {

    public T5Shape {
        if (buckets < 4 || longestDistance <= buckets / 2) {
            throw new ModelException("config.json: relative_attention_num_buckets " + buckets
                    + " must be 4 or more, relative_attention_max_distance " + longestDistance
                    + " more than half of them");
        }
    }

    /** Reads {@code config.json}; keys it lacks have the value of {@code usual}. */
    public static T5Shape of(ConfigReader config, T5Shape usual) {
        return new T5Shape(
                config.count("d_model", usual.hiddenSize),
                config.count("d_kv", usual.keySize),
                config.count("num_heads", usual.heads),
                config.count("d_ff", usual.feedForwardSize),
                config.count("relative_attention_num_buckets", usual.buckets),
                config.count("relative_attention_max_distance", usual.longestDistance),
                new Dropout(config.probability("dropout_rate", usual.dropout.probability())),
                config.number("layer_norm_epsilon", usual.normEpsilon),
                config.number("initializer_factor", usual.initialFactor));
    }

    /** What {@link #of} reads. */
    public void write(ObjectNode json) {
        json.put("d_model", hiddenSize)
                .put("d_kv", keySize)
                .put("num_heads", heads)
                .put("d_ff", feedForwardSize)
                .put("relative_attention_num_buckets", buckets)
                .put("relative_attention_max_distance", longestDistance)
                .put("dropout_rate", dropout.probability())
                .put("layer_norm_epsilon", normEpsilon)
                .put("initializer_factor", initialFactor);
    }

    /** Fresh weights of a projection of {@code width} numbers: N(0, factor / √width). */
    public Initial scaled(double width) {
        return Initial.normal(initialFactor / Math.sqrt(width));
    }
}
