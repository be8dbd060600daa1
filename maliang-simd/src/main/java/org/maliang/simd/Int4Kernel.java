package org.maliang.simd;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link Int4Matrix}, which says what lies where: a lane of 16 bits for each row of the matrix takes in one
 * column after the other.
 *
 * <p>Sums of 32 products of a number from -8 to 7 and one from -127 to 127 fit 16 bits, so that within a group all is
 * exact. Numbers are stored as 0 to 15; a sum begins at minus eight times that of the activations, and what passes over
 * 16 bits on the way comes back.
 *
 * <p>How it is written is what C2 needs for fast code: masks come from an array, since constants would be loaded again before
 * each use; shifts are of 32-bit lanes, since those of 16-bit lanes by a constant are slow; a loop holds no more than fits
 * the registers; and nothing is called but the Vector API, which alone is sure to be inlined.
 */
final class Int4Kernel {

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    /** 32-bit numbers in a vector. */
    static final int LANES = INTS.length();

    /** Rows of a block: two vectors of 16-bit lanes. */
    static final int ROWS = 4 * LANES;

    /** Rows of activations that {@link #four} takes. */
    static final int FOUR = 4;

    /** Numbers of a group of a block. */
    static final int STEP = 20 * LANES;

    private static final int AHEAD = 6; // steps

    private static final int GROUP = Int4Matrix.GROUP;
    private static final int HIGH = 0xFFFF_0000;
    private static final int[] NIBBLES = new int[LANES];

    static {
        Arrays.fill(NIBBLES, 0x000F_000F);
    }

    private Int4Kernel() {}

    /**
     * Multiplies one row of activations.
     *
     * @param blocks of the matrix
     * @param some of their numbers, every {@link #STEP}-th, to be stored {@link Ahead}
     * @param p where the first of {@code count} blocks begins
     * @param row of the activations
     * @param y gets {@code count} blocks of results
     * @param to where in it
     */
    static void one(int[] blocks, int[] some, int p, int count, Activations x, int row, float[] y, int to) {
        ShortVector nibble = IntVector.fromArray(INTS, NIBBLES, 0).reinterpretAsShorts();
        int groups = x.groups();
        int[] values = x.values();
        int[] starts = x.starts();
        float[] scales = x.scales();
        for (int block = 0; block < count; block++) {
            FloatVector y0 = FloatVector.zero(FLOATS);
            FloatVector y1 = FloatVector.zero(FLOATS);
            FloatVector y2 = FloatVector.zero(FLOATS);
            FloatVector y3 = FloatVector.zero(FLOATS);
            for (int g = row * groups, last = g + groups; g < last; g++) {
                int k = Math.min(p / STEP + AHEAD, some.length - 1);
                blocks[k * STEP] = some[k];
                ShortVector a = IntVector.broadcast(INTS, starts[g]).reinterpretAsShorts();
                ShortVector b = a;
                for (int c = g * GROUP, end = c + GROUP; c < end; c += 4) {
                    IntVector v = IntVector.fromArray(INTS, blocks, p);
                    IntVector w = IntVector.fromArray(INTS, blocks, p + LANES);
                    p += 2 * LANES;
                    ShortVector x0 = IntVector.broadcast(INTS, values[c]).reinterpretAsShorts();
                    a = a.add(v.reinterpretAsShorts().and(nibble).mul(x0));
                    b = b.add(w.reinterpretAsShorts().and(nibble).mul(x0));
                    ShortVector x1 = IntVector.broadcast(INTS, values[c + 1]).reinterpretAsShorts();
                    a = a.add(v.lanewise(LSHR, 4)
                            .reinterpretAsShorts()
                            .and(nibble)
                            .mul(x1));
                    b = b.add(w.lanewise(LSHR, 4)
                            .reinterpretAsShorts()
                            .and(nibble)
                            .mul(x1));
                    ShortVector x2 = IntVector.broadcast(INTS, values[c + 2]).reinterpretAsShorts();
                    a = a.add(v.lanewise(LSHR, 8)
                            .reinterpretAsShorts()
                            .and(nibble)
                            .mul(x2));
                    b = b.add(w.lanewise(LSHR, 8)
                            .reinterpretAsShorts()
                            .and(nibble)
                            .mul(x2));
                    ShortVector x3 = IntVector.broadcast(INTS, values[c + 3]).reinterpretAsShorts();
                    a = a.add(v.lanewise(LSHR, 12)
                            .reinterpretAsShorts()
                            .and(nibble)
                            .mul(x3));
                    b = b.add(w.lanewise(LSHR, 12)
                            .reinterpretAsShorts()
                            .and(nibble)
                            .mul(x3));
                }
                FloatVector unit = FloatVector.broadcast(FLOATS, scales[2 * g]);
                FloatVector sum = FloatVector.broadcast(FLOATS, scales[2 * g + 1]);
                IntVector i = a.reinterpretAsInts();
                IntVector j = b.reinterpretAsInts();
                IntVector scale = IntVector.fromArray(INTS, blocks, p);
                IntVector offset = IntVector.fromArray(INTS, blocks, p + LANES);
                y0 = offset.lanewise(LSHL, 16).viewAsFloatingLanes().fma(sum, y0);
                y0 = ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
                        .mul(unit)
                        .fma(scale.lanewise(LSHL, 16).viewAsFloatingLanes(), y0);
                y1 = offset.and(HIGH).viewAsFloatingLanes().fma(sum, y1);
                y1 = ((FloatVector) i.lanewise(ASHR, 16).convert(I2F, 0))
                        .mul(unit)
                        .fma(scale.and(HIGH).viewAsFloatingLanes(), y1);
                scale = IntVector.fromArray(INTS, blocks, p + 2 * LANES);
                offset = IntVector.fromArray(INTS, blocks, p + 3 * LANES);
                p += 4 * LANES;
                y2 = offset.lanewise(LSHL, 16).viewAsFloatingLanes().fma(sum, y2);
                y2 = ((FloatVector) j.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
                        .mul(unit)
                        .fma(scale.lanewise(LSHL, 16).viewAsFloatingLanes(), y2);
                y3 = offset.and(HIGH).viewAsFloatingLanes().fma(sum, y3);
                y3 = ((FloatVector) j.lanewise(ASHR, 16).convert(I2F, 0))
                        .mul(unit)
                        .fma(scale.and(HIGH).viewAsFloatingLanes(), y3);
            }
            y0.intoArray(y, to);
            y1.intoArray(y, to + LANES);
            y2.intoArray(y, to + 2 * LANES);
            y3.intoArray(y, to + 3 * LANES);
            to += ROWS;
        }
    }

    /**
     * The same for four rows of activations, to the very bits: numbers are taken out of the matrix once.
     *
     * @param row the first of the four
     * @param to where in {@code y} the results of the first begin
     * @param stride from the results of a row to those of the next
     */
    static void four(int[] blocks, int p, int count, Activations x, int row, float[] y, int to, int stride) {
        ShortVector nibble = IntVector.fromArray(INTS, NIBBLES, 0).reinterpretAsShorts();
        int groups = x.groups();
        int width = groups * GROUP;
        int[] values = x.values();
        int[] starts = x.starts();
        float[] scales = x.scales();
        int[] sums = new int[2 * FOUR * LANES];
        for (int r = 0; r < FOUR; r++) {
            Arrays.fill(y, to + r * stride, to + r * stride + count * ROWS, 0);
        }
        for (int block = 0; block < count; block++) {
            for (int g = row * groups, last = g + groups; g < last; g++) {
                ShortVector a0 = IntVector.broadcast(INTS, starts[g]).reinterpretAsShorts();
                ShortVector a1 = IntVector.broadcast(INTS, starts[g + groups]).reinterpretAsShorts();
                ShortVector a2 =
                        IntVector.broadcast(INTS, starts[g + 2 * groups]).reinterpretAsShorts();
                ShortVector a3 =
                        IntVector.broadcast(INTS, starts[g + 3 * groups]).reinterpretAsShorts();
                ShortVector b0 = a0;
                ShortVector b1 = a1;
                ShortVector b2 = a2;
                ShortVector b3 = a3;
                for (int c = g * GROUP, end = c + GROUP; c < end; c += 4) {
                    IntVector v = IntVector.fromArray(INTS, blocks, p);
                    IntVector w = IntVector.fromArray(INTS, blocks, p + LANES);
                    p += 2 * LANES;
                    for (int j = 0; j < 4; j++) {
                        ShortVector n = v.reinterpretAsShorts().and(nibble);
                        ShortVector m = w.reinterpretAsShorts().and(nibble);
                        v = v.lanewise(LSHR, 4);
                        w = w.lanewise(LSHR, 4);
                        ShortVector x0 =
                                IntVector.broadcast(INTS, values[c + j]).reinterpretAsShorts();
                        a0 = a0.add(n.mul(x0));
                        b0 = b0.add(m.mul(x0));
                        ShortVector x1 =
                                IntVector.broadcast(INTS, values[c + width + j]).reinterpretAsShorts();
                        a1 = a1.add(n.mul(x1));
                        b1 = b1.add(m.mul(x1));
                        ShortVector x2 = IntVector.broadcast(INTS, values[c + 2 * width + j])
                                .reinterpretAsShorts();
                        a2 = a2.add(n.mul(x2));
                        b2 = b2.add(m.mul(x2));
                        ShortVector x3 = IntVector.broadcast(INTS, values[c + 3 * width + j])
                                .reinterpretAsShorts();
                        a3 = a3.add(n.mul(x3));
                        b3 = b3.add(m.mul(x3));
                    }
                }
                a0.reinterpretAsInts().intoArray(sums, 0);
                b0.reinterpretAsInts().intoArray(sums, LANES);
                a1.reinterpretAsInts().intoArray(sums, 2 * LANES);
                b1.reinterpretAsInts().intoArray(sums, 3 * LANES);
                a2.reinterpretAsInts().intoArray(sums, 4 * LANES);
                b2.reinterpretAsInts().intoArray(sums, 5 * LANES);
                a3.reinterpretAsInts().intoArray(sums, 6 * LANES);
                b3.reinterpretAsInts().intoArray(sums, 7 * LANES);
                for (int half = 0; half < 2 * FOUR; half++) {
                    int r = half >> 1;
                    int side = (half & 1) * 2 * LANES;
                    int at = to + r * stride + side;
                    FloatVector unit = FloatVector.broadcast(FLOATS, scales[2 * (g + r * groups)]);
                    FloatVector sum = FloatVector.broadcast(FLOATS, scales[2 * (g + r * groups) + 1]);
                    IntVector i = IntVector.fromArray(INTS, sums, half * LANES);
                    IntVector scale = IntVector.fromArray(INTS, blocks, p + side);
                    IntVector offset = IntVector.fromArray(INTS, blocks, p + side + LANES);
                    FloatVector low = FloatVector.fromArray(FLOATS, y, at);
                    low = offset.lanewise(LSHL, 16).viewAsFloatingLanes().fma(sum, low);
                    ((FloatVector) i.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
                            .mul(unit)
                            .fma(scale.lanewise(LSHL, 16).viewAsFloatingLanes(), low)
                            .intoArray(y, at);
                    FloatVector high = FloatVector.fromArray(FLOATS, y, at + LANES);
                    high = offset.and(HIGH).viewAsFloatingLanes().fma(sum, high);
                    ((FloatVector) i.lanewise(ASHR, 16).convert(I2F, 0))
                            .mul(unit)
                            .fma(scale.and(HIGH).viewAsFloatingLanes(), high)
                            .intoArray(y, at + LANES);
                }
                p += 4 * LANES;
            }
            to += ROWS;
        }
    }
}
