package org.maliang.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of activations in 8 bits, with a scale for each group of {@link Int4Matrix#GROUP} columns: as llama.cpp's Q8_0 has them.
 *
 * @param groups of a row
 * @param values {@code [rows, columns]}: each number, from -127 to 127, in both halves of an int
 * @param starts {@code [rows, groups]}: what sums of unsigned weights begin with, -8 times the sum of the values, likewise
 * @param scales {@code [rows, groups, 2]}: the scale, and the sum of what the group's numbers stand for
 */
record Activations(int groups, int[] values, int[] starts, float[] scales) {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LARGEST = 127;
    private static final float ROUNDING = 0x1.8p23f; // what is added to it has a whole number in its lowest bits

    /**
     * Rounds rows.
     *
     * @param x {@code [rows, columns]}
     * @param columns a multiple of {@link Int4Matrix#GROUP}
     */
    static Activations of(float[] x, int rows, int columns) {
        int groups = columns / Int4Matrix.GROUP;
        Activations result =
                new Activations(groups, new int[rows * columns], new int[rows * groups], new float[2 * rows * groups]);
        for (int g = 0; g < rows * groups; g++) {
            result.round(x, g);
        }
        return result;
    }

    private void round(float[] x, int g) {
        int from = g * Int4Matrix.GROUP;
        int to = from + Int4Matrix.GROUP;
        FloatVector most = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += FLOATS.length()) {
            most = most.max(FloatVector.fromArray(FLOATS, x, i).abs());
        }
        float largest = most.reduceLanes(VectorOperators.MAX);
        float unit = largest / LARGEST;
        float inverse = largest > LARGEST / Float.MAX_VALUE ? LARGEST / largest : 0; // as good as zeros
        IntVector sum = IntVector.zero(IntVector.SPECIES_PREFERRED);
        for (int i = from; i < to; i += FLOATS.length()) {
            IntVector bits = FloatVector.fromArray(FLOATS, x, i)
                    .mul(inverse)
                    .add(ROUNDING)
                    .reinterpretAsInts();
            IntVector shifted = bits.lanewise(VectorOperators.LSHL, 16);
            sum = sum.add(shifted.lanewise(VectorOperators.ASHR, 16));
            shifted.or(bits.and(0xFFFF)).intoArray(values, i);
        }
        int total = sum.reduceLanes(VectorOperators.ADD);
        int start = -Int4Matrix.MIDDLE * total;
        starts[g] = start << 16 | start & 0xFFFF;
        scales[2 * g] = unit;
        scales[2 * g + 1] = unit * total;
    }
}
