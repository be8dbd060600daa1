package org.maliang.simd;

import java.util.Arrays;

/**
 * A matrix of 4-bit numbers, {@code w = (number - 8) · scale + offset} with a scale and an offset for each row of each
 * group of 32 columns, laid out for products with few rows: on a processor of 2022 one thread takes in 50 billion weights a second.
 * Activations are rounded to 8 bits in groups of the same 32 columns. Each row of results depends on its own activations alone, to
 * the last bit.
 *
 * <p>Blocks of rows follow each other, within them groups of columns. With {@code L} lanes of 32 bits in a vector, a block has
 * {@code 4 L} rows and a group of it {@code 20 L} ints: for each four columns two vectors, whose 16-bit lanes hold the four
 * numbers of a row, the first in the lowest bits; then scales and offsets of the rows of the first vector, and of the second,
 * in bfloat16. Lane {@code i} of a vector has row {@code i} in its lower and row {@code L + i} in its upper half.
 */
public final class Int4Matrix {

    /** Columns that share scale and offset. */
    public static final int GROUP = 32;

    static final int MIDDLE = 8;

    private static final int COLUMNS = 4; // in a lane of 16 bits
    private static final int BEGIN =
            12; // of the blocks: behind 16 bytes of an array's head, so that vectors fit lines of the cache
    private static final int LEAST = 1 << 16; // weights for which a second thread pays

    private final int out;
    private final int in;
    private final int[] blocks;
    private final int[] some; // of them

    private Int4Matrix(int out, int in, int[] blocks) {
        this.out = out;
        this.in = in;
        this.blocks = blocks;
        this.some = Ahead.every(Int4Kernel.STEP, blocks);
    }

    /**
     * Lays a matrix out.
     *
     * @param out rows
     * @param in columns, a multiple of {@link #GROUP}
     * @param numbers {@code [out, in / 2]}, the even column in the lower half of a byte
     * @param scales {@code [in / GROUP, out, 2]}: scale and offset in bfloat16
     */
    public static Int4Matrix of(int out, int in, byte[] numbers, short[] scales) {
        int groups = in / GROUP;
        if (in % GROUP != 0 || numbers.length != (long) out * in / 2 || scales.length != 2L * groups * out) {
            throw new IllegalArgumentException("a matrix of " + out + " rows and " + in + " columns does not have "
                    + numbers.length + " bytes and " + scales.length + " scales and offsets");
        }
        Warm.begin();
        int lanes = Int4Kernel.LANES;
        int count = (out + Int4Kernel.ROWS - 1) / Int4Kernel.ROWS;
        int[] blocks = new int[Math.addExact(BEGIN, Math.multiplyExact(count, ints(groups)))];
        int p = BEGIN;
        for (int first = 0; first < Int4Kernel.ROWS * count; first += Int4Kernel.ROWS) {
            for (int g = 0; g < groups; g++) {
                for (int c = 0; c < GROUP; c += COLUMNS) {
                    for (int i = 0; i < 2 * lanes; i++) {
                        int row = first + i / lanes * lanes + i; // the second vector begins 2 L rows on
                        int at = (g * GROUP + c) / 2;
                        blocks[p++] =
                                quad(numbers, row, at, in / 2, out) | quad(numbers, row + lanes, at, in / 2, out) << 16;
                    }
                }
                for (int which = 0; which < 4; which++) {
                    int row = first + which / 2 * 2 * lanes;
                    for (int i = 0; i < lanes; i++, row++) {
                        blocks[p++] = scale(scales, g, row, which % 2, out)
                                | scale(scales, g, row + lanes, which % 2, out) << 16;
                    }
                }
            }
        }
        return new Int4Matrix(out, in, blocks);
    }

    private static int quad(byte[] numbers, int row, int at, int stride, int out) {
        if (row >= out) {
            return 0;
        }
        int from = row * stride + at;
        return numbers[from] & 0xFF | (numbers[from + 1] & 0xFF) << 8;
    }

    private static int scale(short[] scales, int group, int row, int which, int out) {
        return row < out ? scales[2 * (group * out + row) + which] & 0xFFFF : 0;
    }

    static int ints(int groups) {
        return 20 * Int4Kernel.LANES * groups;
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
        Warm.await();
        return product(Activations.of(x, rows, in), rows, threads);
    }

    private float[] product(Activations x, int rows, int threads) {
        int count = (blocks.length - BEGIN) / ints(x.groups());
        int stride = count * Int4Kernel.ROWS;
        float[] y = new float[Math.multiplyExact(rows, stride)];
        int parts = (long) stride * in * rows < LEAST ? 1 : Math.min(count, 4 * threads);
        Crew.share(threads, parts, part -> {
            int first = (int) ((long) count * part / parts);
            int last = (int) ((long) count * (part + 1) / parts);
            multiply(x, rows, first, last, y, stride);
        });
        return stride == out ? y : narrowed(y, rows, stride);
    }

    /** All rows of activations meet a block before the next one is read, unless there is but one. */
    private void multiply(Activations x, int rows, int first, int last, float[] y, int stride) {
        int size = ints(x.groups());
        int together = rows == 1 ? last - first : 1;
        for (int block = first; block < last; block += together) {
            int from = BEGIN + block * size;
            int to = block * Int4Kernel.ROWS;
            int row = 0;
            for (; row + Int4Kernel.FOUR <= rows; row += Int4Kernel.FOUR) {
                Int4Kernel.four(blocks, from, together, x, row, y, row * stride + to, stride);
            }
            for (; row < rows; row++) {
                Int4Kernel.one(blocks, some, from, together, x, row, y, row * stride + to);
            }
        }
    }

    private float[] narrowed(float[] y, int rows, int stride) {
        if (rows == 1) {
            return Arrays.copyOf(y, out);
        }
        float[] exact = new float[rows * out];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(y, row * stride, exact, row * out, out);
        }
        return exact;
    }

    /** What it takes in memory. */
    public long bytes() {
        return 4L * blocks.length;
    }

    /** Begun when the first matrix is made. */
    private static final class Warm {
        private static final int SIZE = 512;
        private static final WarmUp[] UPS = {begin(1), begin(Int4Kernel.FOUR)};

        static void begin() {}

        private static WarmUp begin(int rows) {
            Int4Matrix matrix = new Int4Matrix(Int4Kernel.ROWS, SIZE, new int[BEGIN + ints(SIZE / GROUP)]);
            float[] x = new float[rows * SIZE];
            Arrays.fill(x, 1);
            return WarmUp.begin(
                    () -> matrix.product(Activations.of(x, rows, SIZE), rows, 1), (long) Int4Kernel.ROWS * SIZE);
        }

        static void await() {
            for (WarmUp up : UPS) {
                up.await();
            }
        }
    }
}
