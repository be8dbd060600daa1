package org.maliang.simd;

import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link RowMatrix}: scalar products of its rows with one row of activations, in 32-bit floats. Sums are made
 * in the same order whether the loops have been compiled or not.
 */
final class RowKernel {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Byte.SIZE * LANES));
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Short.SIZE * LANES));
    private static final int FOUR = 4 * LANES;
    private static final int HALF = 16; // bits of a float that bfloat16 has

    /** Bytes between those that are stored {@link Ahead}. */
    static final int STEP = Ahead.STEP;

    /** Numbers in bfloat16 between those that are. */
    static final int HALF_STEP = Ahead.STEP / Short.BYTES;

    /** Rows whose sums lie in {@code lanes} at a time. */
    private static final int ROWS = 16;

    private RowKernel() {}

    /** Room for the sums in the lanes of some rows. */
    static float[] lanes() {
        return new float[ROWS * LANES];
    }

    /**
     * Multiplies rows of 8 bits.
     *
     * @param w the matrix
     * @param some of its numbers, every {@link #STEP}-th
     * @param first of its rows
     * @param last the row after the last one
     * @param in columns
     * @param x has the row of activations from {@code from} on
     * @param y gets the result of row {@code r} at {@code to + r}
     * @param lanes from {@link #lanes}
     */
    static void int8(
            byte[] w, byte[] some, int first, int last, int in, float[] x, int from, float[] y, int to, float[] lanes) {
        int vectors = in - in % LANES;
        int fours = in - in % FOUR;
        for (int block = first; block < last; block += ROWS) {
            int rows = Math.min(ROWS, last - block);
            for (int i = 0; i < rows; i++) {
                int p = (block + i) * in;
                int end = Math.min(some.length, (p + in) / STEP + Ahead.STEPS);
                for (int k = p / STEP + Ahead.STEPS; k < end; k++) {
                    w[k * STEP] = some[k];
                }
                FloatVector s0 = FloatVector.zero(FLOATS);
                FloatVector s1 = s0;
                FloatVector s2 = s0;
                FloatVector s3 = s0;
                int c = 0;
                for (; c < fours; c += FOUR) {
                    int q = p + c;
                    int f = from + c;
                    s0 = ((FloatVector) ByteVector.fromArray(BYTES, w, q).convertShape(B2F, FLOATS, 0))
                            .fma(FloatVector.fromArray(FLOATS, x, f), s0);
                    s1 = ((FloatVector)
                                    ByteVector.fromArray(BYTES, w, q + LANES).convertShape(B2F, FLOATS, 0))
                            .fma(FloatVector.fromArray(FLOATS, x, f + LANES), s1);
                    s2 = ((FloatVector) ByteVector.fromArray(BYTES, w, q + 2 * LANES)
                                    .convertShape(B2F, FLOATS, 0))
                            .fma(FloatVector.fromArray(FLOATS, x, f + 2 * LANES), s2);
                    s3 = ((FloatVector) ByteVector.fromArray(BYTES, w, q + 3 * LANES)
                                    .convertShape(B2F, FLOATS, 0))
                            .fma(FloatVector.fromArray(FLOATS, x, f + 3 * LANES), s3);
                }
                for (; c < vectors; c += LANES) {
                    s0 = ((FloatVector) ByteVector.fromArray(BYTES, w, p + c).convertShape(B2F, FLOATS, 0))
                            .fma(FloatVector.fromArray(FLOATS, x, from + c), s0);
                }
                s0.add(s1).add(s2.add(s3)).intoArray(lanes, i * LANES);
            }
            for (int i = 0; i < rows; i++) {
                float sum = RowMath.sumOfLanes(lanes, i * LANES);
                int p = (block + i) * in;
                for (int c = vectors; c < in; c++) {
                    sum += w[p + c] * x[from + c];
                }
                y[to + block + i] = sum;
            }
        }
    }

    /** The same for a matrix in bfloat16, some of whose numbers are every {@link #HALF_STEP}-th. */
    static void bf16(
            short[] w,
            short[] some,
            int first,
            int last,
            int in,
            float[] x,
            int from,
            float[] y,
            int to,
            float[] lanes) {
        int vectors = in - in % LANES;
        int fours = in - in % FOUR;
        for (int block = first; block < last; block += ROWS) {
            int rows = Math.min(ROWS, last - block);
            for (int i = 0; i < rows; i++) {
                int p = (block + i) * in;
                int end = Math.min(some.length, (p + in) / HALF_STEP + Ahead.STEPS);
                for (int k = p / HALF_STEP + Ahead.STEPS; k < end; k++) {
                    w[k * HALF_STEP] = some[k];
                }
                FloatVector s0 = FloatVector.zero(FLOATS);
                FloatVector s1 = s0;
                FloatVector s2 = s0;
                FloatVector s3 = s0;
                int c = 0;
                for (; c < fours; c += FOUR) {
                    int q = p + c;
                    int f = from + c;
                    s0 = ((IntVector) ShortVector.fromArray(SHORTS, w, q).convertShape(S2I, INTS, 0))
                            .lanewise(LSHL, HALF)
                            .viewAsFloatingLanes()
                            .fma(FloatVector.fromArray(FLOATS, x, f), s0);
                    s1 = ((IntVector)
                                    ShortVector.fromArray(SHORTS, w, q + LANES).convertShape(S2I, INTS, 0))
                            .lanewise(LSHL, HALF)
                            .viewAsFloatingLanes()
                            .fma(FloatVector.fromArray(FLOATS, x, f + LANES), s1);
                    s2 = ((IntVector) ShortVector.fromArray(SHORTS, w, q + 2 * LANES)
                                    .convertShape(S2I, INTS, 0))
                            .lanewise(LSHL, HALF)
                            .viewAsFloatingLanes()
                            .fma(FloatVector.fromArray(FLOATS, x, f + 2 * LANES), s2);
                    s3 = ((IntVector) ShortVector.fromArray(SHORTS, w, q + 3 * LANES)
                                    .convertShape(S2I, INTS, 0))
                            .lanewise(LSHL, HALF)
                            .viewAsFloatingLanes()
                            .fma(FloatVector.fromArray(FLOATS, x, f + 3 * LANES), s3);
                }
                for (; c < vectors; c += LANES) {
                    s0 = ((IntVector) ShortVector.fromArray(SHORTS, w, p + c).convertShape(S2I, INTS, 0))
                            .lanewise(LSHL, HALF)
                            .viewAsFloatingLanes()
                            .fma(FloatVector.fromArray(FLOATS, x, from + c), s0);
                }
                s0.add(s1).add(s2.add(s3)).intoArray(lanes, i * LANES);
            }
            for (int i = 0; i < rows; i++) {
                float sum = RowMath.sumOfLanes(lanes, i * LANES);
                int p = (block + i) * in;
                for (int c = vectors; c < in; c++) {
                    sum += Float.intBitsToFloat(w[p + c] << HALF) * x[from + c];
                }
                y[to + block + i] = sum;
            }
        }
    }
}
