package org.maliang.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside the same in doubles, and beside itself with one row at a time. */
class RowMathTest {

    private static final int ROWS = 3;
    private static final float GELU_SLOPE = 1.5957691f;
    private static final float GELU_CUBE = 0.044715f;

    private static float[] random(int count, double size) {
        Random random = new Random(count);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) (size * random.nextGaussian());
        }
        return x;
    }

    private static float[] row(float[] x, int row, int size) {
        return Arrays.copyOfRange(x, row * size, (row + 1) * size);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 37, 64, 2048})
    void levels(int size) {
        float[] x = random(ROWS * size, 3);
        float[] largest = RowMath.largest(x, size);
        float[] level = RowMath.dividedBy(x, largest);
        for (int row = 0; row < ROWS; row++) {
            float most = 0;
            for (float v : row(x, row, size)) {
                most = Math.max(most, Math.abs(v));
            }
            assertThat(largest[row]).isEqualTo(most);
            for (int i = row * size; i < (row + 1) * size; i++) {
                assertThat(level[i]).isEqualTo(x[i] / most);
            }
        }
        RowMath.multiply(level, new float[] {2, 0, -1});
        for (int i = 0; i < x.length; i++) {
            int row = i / size;
            assertThat(level[i]).isEqualTo(x[i] / largest[row] * new float[] {2, 0, -1}[row]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 37, 64, 2048})
    void norms(int size) {
        float[] x = random(ROWS * size, 3);
        float[] weight = random(size, 1);
        float[] bias = random(size + 1, 1);
        bias = Arrays.copyOf(bias, size);
        float[] rms = RowMath.rmsNorm(x, weight, 1e-5);
        float[] layer = RowMath.layerNorm(x, weight, bias, 1e-5);
        for (int row = 0; row < ROWS; row++) {
            float[] own = row(x, row, size);
            double mean = 0;
            double square = 0;
            for (float v : own) {
                mean += v / (double) size;
                square += v * (double) v / size;
            }
            double variance = Math.max(0, square - mean * mean);
            for (int i = 0; i < size; i++) {
                assertThat((double) rms[row * size + i])
                        .isCloseTo(own[i] / Math.sqrt(square + 1e-5) * weight[i], within(1e-5));
                assertThat((double) layer[row * size + i])
                        .isCloseTo((own[i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i], within(1e-3));
            }
            assertThat(row(rms, row, size)).containsExactly(RowMath.rmsNorm(own, weight, 1e-5));
            assertThat(row(layer, row, size)).containsExactly(RowMath.layerNorm(own, weight, bias, 1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 37, 64})
    void gates(int size) {
        for (double spread : new double[] {1e-3, 1, 30, 1e4, 1e30}) {
            float[] x = random(ROWS * size, spread);
            float[] silu = RowMath.gated(x, 1, 0);
            float[] gelu = RowMath.gated(x, GELU_SLOPE, GELU_CUBE);
            for (int i = 0; i < x.length; i++) {
                double v = x[i];
                double near = 1e-6 * Math.max(1e-3, Math.abs(v));
                assertThat((double) silu[i]).isCloseTo(v / (1 + Math.exp(-v)), within(near));
                double tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v));
                assertThat((double) gelu[i]).isCloseTo(v * (1 + tanh) / 2, within(near));
            }
            for (int row = 0; row < ROWS; row++) {
                assertThat(row(silu, row, size)).containsExactly(RowMath.gated(row(x, row, size), 1, 0));
            }
        }
        float[] special = RowMath.gated(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0}, 1, 0);
        assertThat(special[0]).isNaN();
        assertThat(special[1]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(special[2]).isZero();
    }

    /** C2 compiles the loops on the way. */
    @ParameterizedTest
    @ValueSource(ints = {37, 5632})
    void compiledAndNotCompiledAreTheSame(int size) {
        float[] x = random(size, 2);
        float[] weight = random(size, 1);
        float[] norm = RowMath.rmsNorm(x, weight, 1e-6);
        float[] gate = RowMath.gated(x, 1, 0);
        for (int i = 0; i < 3000; i++) {
            float[] again = RowMath.gated(x, 1, 0);
            float[] normAgain = RowMath.rmsNorm(x, weight, 1e-6);
            if (i % 100 == 0) {
                assertThat(again).containsExactly(gate);
                assertThat(normAgain).containsExactly(norm);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pairsTurn(boolean halves) {
        int size = 10;
        int width = 6;
        int heads = 2;
        float[] x = random(ROWS * heads * size, 1);
        float[] cos = random(ROWS * width, 1);
        float[] sin = random(ROWS * width + 1, 1);
        float[] turned = RowMath.turned(x, heads * size, size, new RowMath.Turn(halves, width, cos, sin));
        for (int at = 0; at < x.length; at++) {
            int row = at / (heads * size);
            int i = at % size;
            int partner = halves ? (i + width / 2) % width : i ^ 1;
            double expected = i < width
                    ? x[at] * (double) cos[row * width + i] + x[at - i + partner] * (double) sin[row * width + i]
                    : x[at];
            assertThat((double) turned[at]).isCloseTo(expected, within(1e-6));
        }
        float[] twice = RowMath.turned(
                twice(x), heads * size, size, new RowMath.Turn(halves, width, Arrays.copyOf(cos, ROWS * width), sin));
        assertThat(twice).containsExactly(twice(turned)); // the tables repeat
    }

    private static float[] twice(float[] x) {
        float[] twice = Arrays.copyOf(x, 2 * x.length);
        System.arraycopy(x, 0, twice, x.length, x.length);
        return twice;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 37})
    void sumsAndProducts(int size) {
        float[] x = random(ROWS * size, 1);
        float[] y = random(ROWS * size + 1, 1);
        y = Arrays.copyOf(y, x.length);
        float[] bias = random(size, 2);
        float[] plus = RowMath.plus(x, y);
        float[] times = RowMath.times(x, y);
        float[] relu = RowMath.relu(x);
        float[] each = x.clone();
        RowMath.addToEach(each, bias);
        for (int i = 0; i < x.length; i++) {
            assertThat(plus[i]).isEqualTo(x[i] + y[i]);
            assertThat(times[i]).isEqualTo(x[i] * y[i]);
            assertThat(relu[i]).isEqualTo(Math.max(x[i], 0));
            assertThat(each[i]).isEqualTo(x[i] + bias[i % size]);
        }
    }
}
