package org.maliang.simd;

import java.util.Arrays;

/**
 * A matrix in Java's heap, row by row as files hold it: nothing is laid out anew. Made for products with one row, which take as
 * long as reading the matrix does; activations stay as they are. Each row of results depends on its own activations alone, to
 * the last bit.
 */
public final class RowMatrix {

    private static final int PARTS = 4; // for each thread, so that none waits long for the other
    private static final int LEAST = 1 << 16; // weights for which a second thread pays
    private static final int NEAR = 1 << 17; // weights that stay in the cache while row after row meets them
    private static final int SIZE = 1024; // of a matrix to warm up with

    /** The product of some rows of the matrix with one row of activations. */
    private interface Kernel {
        void rows(int first, int last, float[] x, int from, float[] y, int to, float[] lanes);
    }

    private final int out;
    private final int in;
    private final Kernel kernel;
    private final WarmUp warm;

    private RowMatrix(int out, int in, Kernel kernel, WarmUp warm) {
        this.out = out;
        this.in = in;
        this.kernel = kernel;
        this.warm = warm;
    }

    /**
     * A matrix of 8-bit integers with a scale for each row.
     *
     * @param values {@code [out, in]}, shared, and never changed again
     * @param scales {@code [out]}, shared
     */
    public static RowMatrix int8(int out, int in, byte[] values, float[] scales) {
        check(out, in, values.length);
        check(out, 1, scales.length);
        return new RowMatrix(out, in, int8(in, values, scales), WarmInt8.UP);
    }

    private static Kernel int8(int in, byte[] values, float[] scales) {
        byte[] some = Ahead.every(RowKernel.STEP, values);
        return (first, last, x, from, y, to, lanes) -> {
            RowKernel.int8(values, some, first, last, in, x, from, y, to, lanes);
            for (int row = first; row < last; row++) {
                y[to + row] *= scales[row];
            }
        };
    }

    /**
     * A matrix in bfloat16.
     *
     * @param values {@code [out, in]}, shared, and never changed again
     */
    public static RowMatrix bf16(int out, int in, short[] values) {
        check(out, in, values.length);
        return new RowMatrix(out, in, bf16(in, values), WarmBf16.UP);
    }

    private static Kernel bf16(int in, short[] values) {
        short[] some = Ahead.every(RowKernel.HALF_STEP, values);
        return (first, last, x, from, y, to, lanes) ->
                RowKernel.bf16(values, some, first, last, in, x, from, y, to, lanes);
    }

    private static void check(int rows, int columns, int length) {
        if (length != (long) rows * columns) {
            throw new IllegalArgumentException(length + " numbers are not " + rows + " rows of " + columns);
        }
    }

    /**
     * Multiplies.
     *
     * @param x {@code [rows, in]}
     * @param threads that may share the work
     * @return {@code [rows, out]}
     */
    public float[] times(float[] x, int rows, int threads) {
        if (x.length != (long) rows * in) {
            throw new IllegalArgumentException(
                    x.length + " numbers are not " + rows + " rows of " + in + ", which this matrix takes");
        }
        warm.await();
        float[] y = new float[Math.multiplyExact(rows, out)];
        int parts = (long) rows * out * in < LEAST ? 1 : Math.min(out, PARTS * threads);
        Crew.share(threads, parts, part -> {
            int first = (int) ((long) out * part / parts);
            int last = (int) ((long) out * (part + 1) / parts);
            multiply(x, rows, first, last, y);
        });
        return y;
    }

    /** All rows of activations meet some rows of the matrix before the next ones are read. */
    private void multiply(float[] x, int rows, int first, int last, float[] y) {
        float[] lanes = RowKernel.lanes();
        int together = rows == 1 ? last - first : Math.max(1, NEAR / Math.max(1, in));
        for (int start = first; start < last; start += together) {
            int end = Math.min(last, start + together);
            for (int row = 0; row < rows; row++) {
                kernel.rows(start, end, x, row * in, y, row * out, lanes);
            }
        }
    }

    private static WarmUp warmUp(Kernel kernel) {
        float[] x = new float[SIZE];
        Arrays.fill(x, 1);
        float[] y = new float[SIZE];
        float[] lanes = RowKernel.lanes();
        return WarmUp.begin(() -> kernel.rows(0, SIZE, x, 0, y, 0, lanes), (long) SIZE * SIZE);
    }

    /** Begun when the first matrix of 8 bits is made. */
    private static final class WarmInt8 {
        static final WarmUp UP = warmUp(int8(SIZE, new byte[SIZE * SIZE], new float[SIZE]));
    }

    /** Begun when the first matrix in bfloat16 is made. */
    private static final class WarmBf16 {
        static final WarmUp UP = warmUp(bf16(SIZE, new short[SIZE * SIZE]));
    }
}
