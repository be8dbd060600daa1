package org.maliang.model.blip;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.ImageSize;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Patches;
import org.maliang.model.layer.PreNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/**
 * BLIP's encoder of images.
 *
 * <pre>
 * x = [class_embedding; patches(image)] + position_embedding
 * x = x + self_attn(layer_norm1(x));  x = x + mlp(layer_norm2(x))     num_hidden_layers times
 * hidden = post_layernorm(x);  pooled = post_layernorm(hidden[0])
 * </pre>
 */
public final class BlipVision extends Encoder {

    private final BlipConfig.Vision config;
    private final Tensor first; // [1, 1, hidden]
    private final Tensor positions; // [1, 1 + patches, hidden]
    private final Patches patches;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;

    BlipVision(BlipConfig whole, Parameters at) {
        super(whole, at);
        config = whole.vision();
        int hidden = config.hidden();
        Parameters embeddings = at.at("embeddings");
        first = embeddings.take("class_embedding", initial(), 1, 1, hidden);
        positions = embeddings.take(
                "position_embedding", initial(), 1, config.grid().area() + 1L, hidden);
        patches = Patches.of(
                embeddings.at("patch_embedding"),
                initial(),
                hidden,
                config.channels(),
                ImageSize.square(config.patch()),
                true);
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(at.at("encoder").at("layers").at(layer)));
        }
        finalNorm = norm(at.at("post_layernorm"));
    }

    private Block block(Parameters layer) {
        int hidden = config.hidden();
        Parameters attention = layer.at("self_attn");
        Projection fused = linear(attention.at("qkv"), hidden, Math.multiplyExact(3, hidden));
        Projection output = linear(attention.at("projection"), hidden, hidden);
        double scale = 1 / Math.sqrt((double) hidden / config.heads());
        var settings = new SelfAttention.Settings(0, scale, config.attentionDropout());
        SelfAttention mix = new SelfAttention(Heads.blocks(fused, config.heads()), output, settings);
        LayerNorm norm1 = norm(layer.at("layer_norm1"));
        Parameters mlp = layer.at("mlp");
        FeedForward forward = new FeedForward(
                linear(mlp.at("fc1"), hidden, config.feedForward()),
                config.activation(),
                linear(mlp.at("fc2"), config.feedForward(), hidden));
        Dropout none = new Dropout(0);
        return new PreNorm(norm1, mix, none).then(new PreNorm(norm(layer.at("layer_norm2")), forward, none));
    }

    private Initial initial() {
        return Initial.normal(config.deviation());
    }

    private Projection linear(Parameters at, int in, int out) {
        return Linear.of(at, initial(), in, out);
    }

    private LayerNorm norm(Parameters at) {
        return LayerNorm.of(at, config.hidden(), config.epsilon());
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.ids().or(input::vectors), "text");
        EncoderInput.refuse(input.mask(), "masks");
        Tensor images = input.requiredImages(); // [batch, channels, side, side]
        Tensor cut = patches.apply(images); // [batch, patches, hidden]
        if (!patches.grid(images).equals(config.grid())) {
            throw new ModelException("the image is " + images.size(2) + " by " + images.size(3)
                    + " pixels, the model sees " + config.image() + " by " + config.image() + ": resize it");
        }
        Tensor x = Tensor.cat(List.of(first.expand(cut.size(0), 1, cut.size(2)), cut), 1);
        return x.add(positions); // [batch, 1 + patches, hidden]
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
        return finalNorm.apply(hidden.select(1, 0)); // [batch, hidden]
    }
}
