package org.maliang.model.plug;

import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * What a PLUG's encoder learned by in its first stage (StructBERT: Wang et al., arXiv:1908.04577): hidden words, and whether
 * a sentence follows, precedes or has nothing to do with another.
 *
 * @param words the token embedding {@code [vocabulary, hidden]}
 * @param bias of the words {@code [vocabulary]}
 */
public record PlugHeads(
        Linear dense, Activation activation, LayerNorm norm, Tensor words, Tensor bias, Linear relation) {

    private static final int RELATIONS = 3;

    static PlugHeads of(PlugConfig config, Parameters at, Tensor words) {
        int hidden = config.hiddenSize();
        Parameters predictions = at.at("predictions");
        Tensor bias = predictions.take("bias", Initial.ZEROS, config.vocabularySize());
        Parameters transform = predictions.at("transform");
        return new PlugHeads(
                Linear.of(transform.at("dense"), config.initial(), hidden, hidden),
                config.activation(),
                LayerNorm.of(transform.at("LayerNorm"), hidden, config.normEpsilon()),
                words,
                bias,
                Linear.of(at.at("seq_relationship"), config.initial(), hidden, RELATIONS));
    }

    /** Scores of the word at each position: {@code [batch, time, hidden] -> [batch, time, vocabulary]}. */
    public Tensor wordLogits(Tensor hidden) {
        return Ops.linear(norm.apply(activation.apply(dense.apply(hidden))), words, bias);
    }

    /** Scores of the relations, from the state of the first position: {@code [batch, time, hidden] -> [batch, 3]}. */
    public Tensor relationLogits(Tensor hidden) {
        return relation.apply(hidden.select(1, 0));
    }
}
