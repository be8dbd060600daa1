package org.maliang.model.vit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.ImageSize;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Patches;
import org.maliang.model.layer.Pooler;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * The Vision Transformer (Dosovitskiy et al., arXiv:2010.11929).
 *
 * <pre>
 * x = [cls_token; patches(image)] + position_embeddings
 * x = x + attention(layernorm_before(x));  x = x + mlp(layernorm_after(x))     num_hidden_layers times
 * hidden = layernorm(x);  pooled = tanh(W hidden[0] + b)
 * </pre>
 *
 * <p>For images of another size than it was made for, its positions are interpolated.
 */
public final class Vit extends Encoder {

    /** Added to the new size before the scale is taken, against rounding down: so did the models' first implementation. */
    private static final double SLACK = 0.1;

    private final VitConfig config;
    private final Patches patches;
    private final Tensor first; // [1, 1, hidden]
    private final Tensor positions; // [1, 1 + patches, hidden]
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Optional<Pooler> pooler;

    /** @param pooler whether the encoder has one */
    public Vit(VitConfig config, Parameters at, boolean pooler) {
        super(config, at);
        this.config = config;
        int hidden = config.hiddenSize();
        Parameters embeddings = at.at("embeddings");
        first = embeddings.take("cls_token", initial(), 1, 1, hidden);
        positions = embeddings.take("position_embeddings", initial(), 1, config.contextLength(), hidden);
        Parameters projection = embeddings.at("patch_embeddings").at("projection");
        patches = Patches.of(projection, initial(), hidden, config.channels(), config.patch(), true);
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(at.at("encoder").at("layer").at(layer)));
        }
        finalNorm = norm(at.at("layernorm"));
        this.pooler = pooler
                ? Optional.of(new Pooler(linear(at.at("pooler").at("dense"), hidden, hidden, true), Activation.TANH))
                : Optional.empty();
    }

    private Block block(Parameters layer) {
        int hidden = config.hiddenSize();
        LayerNorm norm1 = norm(layer.at("layernorm_before"));
        Parameters attention = layer.at("attention");
        Parameters self = attention.at("attention");
        Heads.Source heads = Heads.separate(
                linear(self.at("query"), hidden, hidden, config.biased()),
                linear(self.at("key"), hidden, hidden, config.biased()),
                linear(self.at("value"), hidden, hidden, config.biased()),
                config.heads());
        Projection output = linear(attention.at("output").at("dense"), hidden, hidden, true);
        double scale = 1 / Math.sqrt((double) hidden / config.heads());
        var settings = new SelfAttention.Settings(0, scale, config.attentionDropout());
        SelfAttention mix = new SelfAttention(heads, output, settings);
        LayerNorm norm2 = norm(layer.at("layernorm_after"));
        FeedForward mlp = new FeedForward(
                linear(layer.at("intermediate").at("dense"), hidden, config.feedForwardSize(), true),
                config.activation(),
                linear(layer.at("output").at("dense"), config.feedForwardSize(), hidden, true));
        return new PreNorm(norm1, mix, config.dropout()).then(new PreNorm(norm2, mlp, config.dropout()));
    }

    private Initial initial() {
        return Initial.normal(config.initialDeviation());
    }

    private Projection linear(Parameters at, int in, int out, boolean bias) {
        return bias ? Linear.of(at, initial(), in, out) : Linear.withoutBias(at, initial(), in, out);
    }

    private LayerNorm norm(Parameters at) {
        return LayerNorm.of(at, config.hiddenSize(), config.normEpsilon());
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.ids().or(input::vectors), "text");
        EncoderInput.refuse(input.mask(), "masks");
        Tensor images = input.requiredImages(); // [batch, channels, height, width]
        Tensor cut = patches.apply(images); // [batch, patches, hidden]
        Tensor x = Tensor.cat(List.of(first.expand(cut.size(0), 1, cut.size(2)), cut), 1);
        Tensor where = fits(images) ? positions : interpolated(patches.grid(images));
        return config.dropout().apply(x.add(where), input.isTraining()); // [batch, 1 + patches, hidden]
    }

    private boolean fits(Tensor images) {
        return images.size(2) == config.image().height()
                && images.size(3) == config.image().width();
    }

    /** The table of positions stretched over another grid, the first one left as it is. */
    private Tensor interpolated(ImageSize grid) {
        ImageSize made = config.grid();
        long hidden = config.hiddenSize();
        Tensor table = positions
                .narrow(1, 1, made.area())
                .reshape(1, made.height(), made.width(), hidden)
                .permute(0, 3, 1, 2); // [1, hidden, rows, columns]
        Tensor stretched = Ops.resizeBicubic(
                table,
                grid.height(),
                grid.width(),
                (grid.height() + SLACK) / made.height(),
                (grid.width() + SLACK) / made.width());
        Tensor rows = stretched.permute(0, 2, 3, 1).reshape(1, grid.area(), hidden);
        return Tensor.cat(List.of(positions.narrow(1, 0, 1), rows), 1);
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
    protected boolean normInStack() {
        return false;
    }

    @Override
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return pooler.map(one -> one.apply(hidden)).orElseGet(() -> super.pooled(hidden, input));
    }
}
