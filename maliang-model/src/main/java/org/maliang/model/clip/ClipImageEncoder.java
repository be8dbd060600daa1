package org.maliang.model.clip;

import java.util.List;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.ImageSize;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Patches;
import org.maliang.tensor.Tensor;

/**
 * CLIP's encoder of images.
 *
 * <pre>
 * x = pre_layrnorm([class_embedding; patches(image)] + position_embedding), the stack of {@link ClipTower}
 * pooled = post_layernorm(x[0])
 * </pre>
 */
public final class ClipImageEncoder extends Encoder {

    private final ClipConfig.Vision config;
    private final Tensor first; // [hidden]
    private final Patches patches;
    private final Embedding positions;
    private final LayerNorm before;
    private final List<Block> blocks;
    private final LayerNorm after;

    ClipImageEncoder(ClipConfig whole, Parameters at) {
        super(whole, at);
        config = whole.vision();
        ClipTower tower = config.tower();
        int hidden = tower.hidden();
        Initial initial = Initial.normal(tower.deviation() * whole.initialFactor());
        Parameters embeddings = at.at("embeddings");
        first = embeddings.take(
                "class_embedding", Initial.normal(Math.pow(hidden, -0.5) * whole.initialFactor()), hidden);
        patches = Patches.of(
                embeddings.at("patch_embedding"),
                initial,
                hidden,
                config.channels(),
                ImageSize.square(config.patch()),
                false);
        positions = Embedding.of(
                embeddings.at("position_embedding"), initial, config.grid().area() + 1, hidden);
        before = tower.norm(at.at("pre_layrnorm"));
        blocks = tower.blocks(at.at("encoder").at("layers"), whole.initialFactor());
        after = tower.norm(at.at("post_layernorm"));
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
        return before.apply(x.add(positions.weight())); // [batch, 1 + patches, hidden]
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Tensor pooled(Tensor hidden, EncoderInput input) {
        return after.apply(hidden.select(1, 0)); // [batch, hidden]
    }
}
