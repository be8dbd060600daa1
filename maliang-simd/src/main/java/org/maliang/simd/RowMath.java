package org.maliang.simd;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * What lies between two products of a layer, for rows of floats that follow each other in an array: short loops that take less
 * time than a call of a library does.
 *
 * <p>Results are the same to the last bit whether the loops have been compiled or not, and however many rows there are.
 */
public final class RowMath {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final float FAR = 1e4f; // whose logistic function is 0 or 1, and whose cube is a float
    private static final float LARGEST = 87; // e to more is no float
    private static final float LOG2_E = (float) (1 / Math.log(2));
    private static final float LN2_HIGH = 0x1.62e4p-1f; // with so few digits that multiples of it are exact
    private static final float LN2_LOW = (float) (Math.log(2) - 0x1.62e4p-1);
    private static final float ROUNDING = 0x1.8p23f; // what is added to it has a whole number in its lowest bits
    private static final int MANTISSA = 23; // bits

    private RowMath() {}

    /**
     * Root mean square normalisation of each row.
     *
     * @param x {@code [rows, size]}
     * @param weight {@code [size]}
     * @param epsilon added to the mean square
     */
    public static float[] rmsNorm(float[] x, float[] weight, double epsilon) {
        float[] y = new float[x.length];
        int size = weight.length;
        for (int from = 0; from < x.length; from += size) {
            double square = squares(x, from, size, 0) / size;
            float factor = (float) (1 / Math.sqrt(square + epsilon));
            for (int i = 0; i < size; i++) {
                y[from + i] = x[from + i] * factor * weight[i];
            }
        }
        return y;
    }

    /**
     * Layer normalisation of each row.
     *
     * @param x {@code [rows, size]}
     * @param weight {@code [size]}
     * @param bias {@code [size]}
     * @param epsilon added to the variance
     */
    public static float[] layerNorm(float[] x, float[] weight, float[] bias, double epsilon) {
        float[] y = new float[x.length];
        int size = weight.length;
        for (int from = 0; from < x.length; from += size) {
            float mean = sum(x, from, size) / size;
            double variance = squares(x, from, size, mean) / size;
            float factor = (float) (1 / Math.sqrt(variance + epsilon));
            for (int i = 0; i < size; i++) {
                y[from + i] = (x[from + i] - mean) * factor * weight[i] + bias[i];
            }
        }
        return y;
    }

    private static float sum(float[] x, int from, int size) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= size - LANES; i += LANES) {
            sums = sums.add(FloatVector.fromArray(FLOATS, x, from + i));
        }
        float sum = total(sums);
        for (; i < size; i++) {
            sum += x[from + i];
        }
        return sum;
    }

    private static float squares(float[] x, int from, int size, float mean) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= size - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, from + i).sub(mean);
            sums = v.fma(v, sums);
        }
        float sum = total(sums);
        for (; i < size; i++) {
            float v = x[from + i] - mean;
            sum += v * v;
        }
        return sum;
    }

    /** In a fixed order: that of the API's own sum is up to the compiler. */
    private static float total(FloatVector v) {
        float[] lanes = new float[LANES];
        v.intoArray(lanes, 0);
        return sumOfLanes(lanes, 0);
    }

    /** The sum of what a vector left in an array, in the order of its lanes. */
    static float sumOfLanes(float[] lanes, int from) {
        float sum = 0;
        for (int lane = from; lane < from + LANES; lane++) {
            sum += lanes[lane];
        }
        return sum;
    }

    /** Sums of numbers at the same place. */
    public static float[] plus(float[] x, float[] y) {
        float[] sums = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            sums[i] = x[i] + y[i];
        }
        return sums;
    }

    /** Products of numbers at the same place. */
    public static float[] times(float[] x, float[] y) {
        float[] products = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            products[i] = x[i] * y[i];
        }
        return products;
    }

    /** Adds {@code [size]} to each row of {@code x}. */
    public static void addToEach(float[] x, float[] bias) {
        for (int from = 0; from < x.length; from += bias.length) {
            for (int i = 0; i < bias.length; i++) {
                x[from + i] += bias[i];
            }
        }
    }

    /** The largest magnitude of each row of {@code size} numbers. */
    public static float[] largest(float[] x, int size) {
        float[] most = new float[x.length / size];
        for (int row = 0; row < most.length; row++) {
            int from = row * size;
            FloatVector found = FloatVector.zero(FLOATS);
            int i = 0;
            for (; i <= size - LANES; i += LANES) {
                found = found.max(FloatVector.fromArray(FLOATS, x, from + i).abs());
            }
            most[row] = found.reduceLanes(MAX);
            for (; i < size; i++) {
                most[row] = Math.max(most[row], Math.abs(x[from + i]));
            }
        }
        return most;
    }

    /** Rows divided by a number each. */
    public static float[] dividedBy(float[] x, float[] divisors) {
        float[] y = new float[x.length];
        int size = x.length / divisors.length;
        for (int row = 0; row < divisors.length; row++) {
            float divisor = divisors[row];
            for (int i = row * size, end = i + size; i < end; i++) {
                y[i] = x[i] / divisor;
            }
        }
        return y;
    }

    /** Multiplies each row by a number of its own. */
    public static void multiply(float[] x, float[] factors) {
        int size = x.length / factors.length;
        for (int row = 0; row < factors.length; row++) {
            float factor = factors[row];
            for (int i = row * size, end = i + size; i < end; i++) {
                x[i] *= factor;
            }
        }
    }

    /** The larger of each number and zero. */
    public static float[] relu(float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(x[i], 0);
        }
        return y;
    }

    /**
     * Each number times the logistic function of {@code slope · (x + cube · x³)}, which SiLU and the approximations of GELU
     * are.
     */
    public static float[] gated(float[] x, float slope, float cube) {
        float[] y = new float[x.length];
        int i = 0;
        for (; i <= x.length - LANES; i += LANES) {
            gate(FloatVector.fromArray(FLOATS, x, i), slope, cube).intoArray(y, i);
        }
        if (i < x.length) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, x.length);
            gate(FloatVector.fromArray(FLOATS, x, i, rest), slope, cube).intoArray(y, i, rest);
        }
        return y;
    }

    private static FloatVector gate(FloatVector x, float slope, float cube) {
        FloatVector near = x.max(-FAR).min(FAR);
        FloatVector power = near.mul(near).mul(cube).add(1).mul(near).mul(-slope);
        return x.div(exp(power.max(-LARGEST).min(LARGEST)).add(1));
    }

    /**
     * Numbers become exponentials of what they are less than {@code most}, their largest.
     *
     * @param x a multiple of 16 numbers
     * @return the sum
     */
    static float exponentials(float[] x, float most) {
        FloatVector sums = FloatVector.zero(FLOATS);
        for (int i = 0; i < x.length; i += LANES) {
            FloatVector e = exp(FloatVector.fromArray(FLOATS, x, i).sub(most).max(-LARGEST));
            sums = sums.add(e);
            e.intoArray(x, i);
        }
        return total(sums);
    }

    /**
     * The exponential of numbers up to {@link #LARGEST} either way, within 2 units in the last place: a power of two times a
     * polynomial. The API's own may differ in the last digit once it is compiled.
     */
    private static FloatVector exp(FloatVector x) {
        FloatVector shifted = FloatVector.broadcast(FLOATS, LOG2_E).fma(x, FloatVector.broadcast(FLOATS, ROUNDING));
        FloatVector whole = shifted.sub(ROUNDING);
        FloatVector rest = whole.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), x);
        rest = whole.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), rest);
        FloatVector sum = FloatVector.broadcast(FLOATS, 1 / 720f);
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, 1 / 120f));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, 1 / 24f));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, 1 / 6f));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, 1 / 2f));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, 1));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, 1));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(LSHL, MANTISSA);
        return sum.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /**
     * Pairs of numbers of each head turned: a pair {@code (a, b)} becomes {@code (a, b) · cos + (b, a) · sin}.
     *
     * @param x {@code [rows, heads, size]}
     * @param row numbers of a row
     * @param size of a head
     * @param turn how far
     */
    public static float[] turned(float[] x, int row, int size, Turn turn) {
        float[] y = x.clone();
        int width = turn.width;
        for (int from = 0; from < x.length; from += size) {
            int table = from / row * width % turn.cos.length;
            if (turn.halves) {
                pairs(x, from, from + width / 2, y, turn, table, width / 2);
            } else {
                for (int i = 0; i < width; i++) {
                    y[from + i] = x[from + i] * turn.cos[table + i] + x[from + (i ^ 1)] * turn.sin[table + i];
                }
            }
        }
        return y;
    }

    private static void pairs(float[] x, int first, int second, float[] y, Turn turn, int table, int pairs) {
        float[] cos = turn.cos;
        float[] sin = turn.sin;
        for (int i = 0; i < pairs; i++) {
            y[first + i] = x[first + i] * cos[table + i] + x[second + i] * sin[table + i];
        }
        for (int i = 0; i < pairs; i++) {
            y[second + i] = x[second + i] * cos[table + pairs + i] + x[first + i] * sin[table + pairs + i];
        }
    }

    /**
     * How far pairs of numbers turn.
     *
     * @param halves whether number {@code i} and {@code i + width / 2} are a pair, else neighbours are
     * @param width how many leading numbers of a head turn
     * @param cos {@code [rows, width]}, or fewer rows that repeat
     * @param sin likewise, negative for the first of a pair
     */
    public record Turn(boolean halves, int width, float[] cos, float[] sin) {}
}
