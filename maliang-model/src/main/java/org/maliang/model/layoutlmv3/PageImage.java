package org.maliang.model.layoutlmv3;

import java.util.List;
import org.maliang.model.ModelException;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.ImageSize;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Patches;
import org.maliang.tensor.Tensor;

/**
 * What LayoutLMv3 makes of the image of a page.
 *
 * <pre>
 * x = norm([cls_token; patches(image)] + pos_embed)
 * </pre>
 *
 * @param first {@code [1, 1, hidden]}
 * @param positions {@code [1, 1 + patches, hidden]}
 * @param join the norm over text and image together
 */
record PageImage(
        LayoutLmv3Config.Image shape, Patches patches, Tensor first, Tensor positions, LayerNorm join, LayerNorm norm) {

    private static final double EPSILON = 1e-6; // of the norm of images alone

    /** The page measures so much a side. */
    private static final long PAGE = 1000;

    static PageImage of(LayoutLmv3Config config, Parameters at) {
        LayoutLmv3Config.Image image = config.image();
        LayerShape layer = config.bert().layer();
        int hidden = config.hiddenSize();
        return new PageImage(
                image,
                Patches.of(
                        at.at("patch_embed").at("proj"),
                        layer.initial(),
                        hidden,
                        image.channels(),
                        ImageSize.square(image.patch()),
                        true),
                at.take("cls_token", Initial.ZEROS, 1, 1, hidden),
                at.take("pos_embed", Initial.ZEROS, 1, (long) image.grid() * image.grid() + 1, hidden),
                LayerNorm.of(at.at("LayerNorm"), hidden, layer.epsilon()),
                LayerNorm.of(at.at("norm"), hidden, EPSILON));
    }

    /** {@code [batch, channels, side, side] -> [batch, 1 + patches, hidden]}. */
    Tensor apply(Tensor images) {
        Tensor cut = patches.apply(images); // [batch, patches, hidden]
        if (cut.size(1) != length() - 1) {
            throw new ModelException("the image is " + images.size(2) + " by " + images.size(3)
                    + " pixels, the model sees " + shape.side() + " by " + shape.side() + ": resize it");
        }
        Tensor x = Tensor.cat(List.of(first.expand(cut.size(0), 1, cut.size(2)), cut), 1);
        return norm.apply(x.add(positions));
    }

    /** Positions of an image. */
    long length() {
        return positions.size(1);
    }

    /** Where on the page its positions lie: {@code [1, 1 + patches, 4]}; the first one is nearly the whole page. */
    Tensor boxes() {
        int grid = shape.grid();
        long[] boxes = new long[(int) (4 * length())];
        put(boxes, 0, 1, 1, PAGE - 1, PAGE - 1);
        for (int row = 0; row < grid; row++) {
            for (int column = 0; column < grid; column++) {
                put(
                        boxes,
                        1 + row * grid + column,
                        PAGE * column / grid,
                        PAGE * row / grid,
                        PAGE * (column + 1) / grid,
                        PAGE * (row + 1) / grid);
            }
        }
        return Tensor.of(boxes, 1, length(), 4);
    }

    private static void put(long[] boxes, int at, long... edges) {
        System.arraycopy(edges, 0, boxes, 4 * at, 4);
    }
}
