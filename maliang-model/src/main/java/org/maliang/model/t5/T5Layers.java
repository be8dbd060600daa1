package org.maliang.model.t5;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Norm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.RelativeBias;
import org.maliang.model.layer.RmsNorm;
import org.maliang.model.layer.SelfAttention;

/**
 * Assembles the stacks of a T5: no biases, norms without a mean, attention scores that are not divided by √keySize.
 *
 * @param feedForwards makes the last part of every layer
 */
public record T5Layers(T5Shape shape, FeedForwards feedForwards) {

    /** What stands behind the attention of a layer, the norm before it and the sum behind it included. */
    @FunctionalInterface
    public interface FeedForwards {
        /** @param at the last part of layer {@code layer} of the encoder, or of the decoder */
        Block of(T5Layers layers, Parameters at, int layer, boolean decoder);
    }

    /** The table of the vectors of tokens, which both stacks share. */
    public Embedding tokens(Parameters all, int vocabulary) {
        return Embedding.of(all.at("shared"), Initial.normal(shape.initialFactor()), vocabulary, shape.hiddenSize());
    }

    /** The layers that read the source. */
    public T5Stack encoder(Parameters at, int layers) {
        return stack(at, layers, false);
    }

    /** The layers that write the target. */
    public T5Stack decoder(Parameters at, int layers) {
        return stack(at, layers, true);
    }

    private T5Stack stack(Parameters at, int layers, boolean decoder) {
        List<Block> blocks = new ArrayList<>();
        List<CrossAttention> crossAttentions = new ArrayList<>();
        Parameters first = at.at("block").at(0).at("layer").at(0).at("SelfAttention");
        RelativeBias bias = new RelativeBias(
                first.at("relative_attention_bias")
                        .take("weight", shape.scaled(shape.hiddenSize()), shape.buckets(), shape.heads()),
                !decoder,
                shape.longestDistance());
        for (int layer = 0; layer < layers; layer++) {
            Parameters parts = at.at("block").at(layer).at("layer");
            SelfAttention attention = selfAttention(layer, parts.at(0).at("SelfAttention"));
            Block block = half(parts.at(0), attention);
            if (decoder) {
                CrossAttention cross = crossAttention(layer, parts.at(1).at("EncDecAttention"));
                crossAttentions.add(cross);
                block = block.then(half(parts.at(1), cross));
            }
            blocks.add(block.then(feedForwards.of(this, parts.at(decoder ? 2 : 1), layer, decoder)));
        }
        return new T5Stack(blocks, crossAttentions, bias, norm(at.at("final_layer_norm")), shape.dropout());
    }

    private SelfAttention selfAttention(int layer, Parameters at) {
        Heads.Source heads = Heads.separate(queries(at), keys(at), values(at), shape.heads());
        return new SelfAttention(heads, output(at), settings(layer));
    }

    private CrossAttention crossAttention(int layer, Parameters at) {
        Projection queries = queries(at);
        Memory.Source memory = Memory.separate(keys(at), values(at), shape.heads());
        return new CrossAttention(queries, memory, output(at), settings(layer));
    }

    private SelfAttention.Settings settings(int layer) {
        return new SelfAttention.Settings(layer, 1, shape.dropout());
    }

    private Projection queries(Parameters at) {
        return into(at.at("q"), shape.scaled((double) shape.hiddenSize() * shape.keySize()));
    }

    private Projection keys(Parameters at) {
        return into(at.at("k"), shape.scaled(shape.hiddenSize()));
    }

    private Projection values(Parameters at) {
        return into(at.at("v"), shape.scaled(shape.hiddenSize()));
    }

    private Projection into(Parameters at, Initial initial) {
        return Linear.withoutBias(at, initial, shape.hiddenSize(), shape.heads() * shape.keySize());
    }

    private Projection output(Parameters at) {
        int inner = shape.heads() * shape.keySize();
        return Linear.withoutBias(at.at("o"), shape.scaled(inner), inner, shape.hiddenSize());
    }

    /** Norm, {@code branch}, dropout and sum; {@code at} holds the norm. */
    public Block half(Parameters at, Block branch) {
        return new PreNorm(norm(at.at("layer_norm")), branch, shape.dropout());
    }

    /** A norm that starts at the factor of all fresh weights. */
    public Norm norm(Parameters at) {
        return new RmsNorm(
                at.take("weight", new Initial(shape.initialFactor(), 0), shape.hiddenSize()), shape.normEpsilon());
    }

    /** The way up of a feed-forward layer. */
    public Projection up(Parameters at) {
        return Linear.withoutBias(at, shape.scaled(shape.hiddenSize()), shape.hiddenSize(), shape.feedForwardSize());
    }

    /** The way down of a feed-forward layer. */
    public Projection down(Parameters at) {
        return Linear.withoutBias(
                at, shape.scaled(shape.feedForwardSize()), shape.feedForwardSize(), shape.hiddenSize());
    }
}
