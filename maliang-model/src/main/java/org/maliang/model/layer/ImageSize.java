package org.maliang.model.layer;

/** The size of an image or of a part of one, in pixels or in patches. */
public record ImageSize(int height, int width) {

    public static ImageSize square(int side) {
        return new ImageSize(side, side);
    }

    /** How many whole patches fit, as rows and columns; pixels that are left over count for nothing. */
    public ImageSize in(ImageSize patch) {
        return new ImageSize(height / patch.height, width / patch.width);
    }

    public int area() {
        return Math.multiplyExact(height, width);
    }
}
