package org.maliang.tensor;

import java.util.function.UnaryOperator;
import org.maliang.simd.RowMath;

/**
 * Products that round activations to 8 bits with one scale for all rows: each row is divided by its largest magnitude before, and
 * the result multiplied by it, so that a row with huge numbers, as models have at a text's beginning, costs the others nothing,
 * and no row depends on those beside it.
 */
final class LevelRows {

    private static final float TINIEST = 1e-30f; // a row of zeros still needs a magnitude

    private LevelRows() {}

    /**
     * @param x {@code [..., in]}, F32
     * @param product of rows whose numbers lie between -1 and 1
     */
    static Tensor product(Tensor x, UnaryOperator<Tensor> product) {
        Tensor largest = x.abs().amax(-1, true).clamp(TINIEST, Float.MAX_VALUE);
        return product.apply(x.div(largest)).mulInPlace(largest);
    }

    /** The same for rows in Java's heap. */
    static HostRows product(HostRows x, UnaryOperator<HostRows> product) {
        int width = (int) x.size(-1);
        float[] largest = RowMath.largest(x.values(), width);
        for (int row = 0; row < largest.length; row++) {
            largest[row] = Math.min(Math.max(largest[row], TINIEST), Float.MAX_VALUE);
        }
        HostRows level = x.widened(RowMath.dividedBy(x.values(), largest), width);
        HostRows y = product.apply(level);
        RowMath.multiply(y.values(), largest);
        return y;
    }
}
