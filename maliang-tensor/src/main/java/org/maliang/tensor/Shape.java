package org.maliang.tensor;

import java.util.Arrays;

/** Arithmetic of shapes that may come from a damaged or hostile file. */
final class Shape {
    private Shape() {}

    /** How many elements a tensor of that shape has; {@link TensorException} when no tensor can have it. */
    static long elements(String operator, long... shape) {
        long product = 1;
        try {
            for (long size : shape) {
                if (size < 0) {
                    throw impossible(operator, shape, "a size is negative");
                }
                product = Math.multiplyExact(product, size);
            }
        } catch (ArithmeticException e) {
            throw impossible(operator, shape, "it has more elements than a long can count");
        }
        return product;
    }

    /** The same in bytes. */
    static long bytes(String operator, DType dtype, long... shape) {
        long elements = elements(operator, shape);
        if (elements > Long.MAX_VALUE / dtype.bytes()) {
            throw impossible(operator, shape, "it has more bytes than a long can count");
        }
        return elements * dtype.bytes();
    }

    private static TensorException impossible(String operator, long[] shape, String reason) {
        return new TensorException(operator + ": shape " + Arrays.toString(shape) + " is not possible: " + reason);
    }
}
