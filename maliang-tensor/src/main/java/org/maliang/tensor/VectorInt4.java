package org.maliang.tensor;

import java.util.Collections;
import org.maliang.simd.Int4Matrix;
import org.maliang.simd.RowAttention;

/** Products of few rows with a matrix of 4 bits by Java's Vector API, where it is {@link org.maliang.simd.Simd#served}. */
final class VectorInt4 {

    /** From so many rows on, {@link UnpackedInt4} is faster. */
    static final long ROWS = 112;

    private final Int4Matrix matrix;
    private final int out;

    /** Copies the matrix. */
    VectorInt4(Quantized weight) {
        RowAttention.prepare();
        out = Math.toIntExact(weight.out());
        int in = Math.toIntExact(weight.in());
        int each = Math.toIntExact(weight.group() / Int4Matrix.GROUP);
        try (Scope scope = Scope.open()) {
            Tensor repeated =
                    Tensor.stack(Collections.nCopies(each, weight.scales()), 1).flatten(0, 1); // [in / 32, out, 2]
            matrix = Int4Matrix.of(out, in, HostCopy.bytes(weight.values()), HostCopy.shorts(repeated));
        }
    }

    /** {@code [..., in] -> [..., out]}. */
    HostRows apply(HostRows x) {
        return x.widened(matrix.times(x.values(), x.rows(), Threads.own()), out);
    }
}
