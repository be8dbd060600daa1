package org.maliang.model.layer;

import java.util.Arrays;
import java.util.Optional;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Cuts images into patches and makes a vector of each (Dosovitskiy et al., arXiv:2010.11929). Files hold it as the
 * convolution that it is; as patches do not overlap, it is one matrix product.
 *
 * @param weight {@code [hidden, channels, height, width]}
 * @param bias {@code [hidden]}
 */
public record Patches(Tensor weight, Optional<Tensor> bias) {

    /** Takes {@code weight} and, where the family has one, {@code bias}, which starts at zero. */
    public static Patches of(
            Parameters at, Initial initial, int hidden, int channels, ImageSize patch, boolean withBias) {
        Tensor weight = at.take("weight", initial, hidden, channels, patch.height(), patch.width());
        return new Patches(weight, withBias ? Optional.of(at.take("bias", Initial.ZEROS, hidden)) : Optional.empty());
    }

    /** The height and width of images {@code [batch, channels, height, width]}, in patches. */
    public ImageSize grid(Tensor images) {
        if (images.rank() != 4 || images.size(1) != weight.size(1)) {
            throw new IllegalArgumentException("images are [batch, " + weight.size(1)
                    + " channels, height, width] here, not " + Arrays.toString(images.shape()));
        }
        ImageSize patch = new ImageSize((int) weight.size(2), (int) weight.size(3));
        return new ImageSize((int) images.size(2), (int) images.size(3)).in(patch);
    }

    /** {@code [batch, channels, height, width] -> [batch, patches, hidden]}, row by row. */
    public Tensor apply(Tensor images) {
        ImageSize grid = grid(images);
        long batch = images.size(0);
        long channels = images.size(1);
        long height = weight.size(2);
        long width = weight.size(3);
        Tensor patches = images.narrow(2, 0, grid.height() * height)
                .narrow(3, 0, grid.width() * width)
                .reshape(batch, channels, grid.height(), height, grid.width(), width)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(batch, grid.area(), channels * height * width);
        Tensor kernel = weight.flatten(1, 3); // [hidden, channels * height * width]
        return bias.map(add -> Ops.linear(patches, kernel, add)).orElseGet(() -> Ops.linear(patches, kernel));
    }
}
