package org.maliang.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the same sums in doubles. */
class RowMatrixTest {

    private final Random random = new Random(5);

    private byte[] bytes(int count) {
        byte[] values = new byte[count];
        random.nextBytes(values);
        return values;
    }

    private short[] halves(int count) {
        short[] values = new short[count];
        for (int i = 0; i < count; i++) {
            values[i] = (short) (Float.floatToIntBits((float) random.nextGaussian()) >> 16);
        }
        return values;
    }

    private float[] floats(int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "5,16,2", "16,64,1", "17,65,3", "40,79,2", "100,700,1", "300,1024,4", "2,5000,40"})
    void multipliesAsWrittenDown(int out, int in, int rows) {
        byte[] integers = bytes(out * in);
        float[] scales = floats(out);
        short[] halves = halves(out * in);
        float[] x = floats(rows * in);
        byte[] integersBefore = integers.clone();
        short[] halvesBefore = halves.clone();
        float[] eight = RowMatrix.int8(out, in, integers, scales).times(x, rows, 2);
        float[] sixteen = RowMatrix.bf16(out, in, halves).times(x, rows, 2);
        assertThat(integers).isEqualTo(integersBefore);
        assertThat(halves).isEqualTo(halvesBefore);
        for (int row = 0; row < rows; row++) {
            for (int to = 0; to < out; to++) {
                double sum = 0;
                double other = 0;
                for (int c = 0; c < in; c++) {
                    sum += integers[to * in + c] * (double) x[row * in + c];
                    other += Float.intBitsToFloat(halves[to * in + c] << 16) * (double) x[row * in + c];
                }
                double size = Math.sqrt(in);
                assertThat(eight[row * out + to] / (double) scales[to]).isCloseTo(sum, within(1e-4 * size));
                assertThat((double) sixteen[row * out + to]).isCloseTo(other, within(1e-6 * size));
            }
        }
    }

    @Test
    void aRowIsTheSameAloneAndBesideOthersOnAnyThreads() {
        int out = 1000;
        int in = 330;
        int rows = 7;
        RowMatrix matrix = RowMatrix.int8(out, in, bytes(out * in), floats(out));
        float[] x = floats(rows * in);
        float[] all = matrix.times(x, rows, 3);
        for (int row = 0; row < rows; row++) {
            float[] alone = matrix.times(Arrays.copyOfRange(x, row * in, (row + 1) * in), 1, 1);
            assertThat(Arrays.copyOfRange(all, row * out, (row + 1) * out)).containsExactly(alone);
        }
        assertThat(matrix.times(new float[0], 0, 2)).isEmpty();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> RowMatrix.int8(3, 4, new byte[11], new float[3]))
                .hasMessageContaining("11 numbers are not 3 rows of 4");
        assertThatThrownBy(() -> RowMatrix.int8(3, 4, new byte[12], new float[4]))
                .hasMessageContaining("4 numbers are not 3 rows of 1");
        assertThatThrownBy(() -> RowMatrix.bf16(3, 4, new short[13])).isInstanceOf(IllegalArgumentException.class);
        RowMatrix matrix = RowMatrix.bf16(3, 4, new short[12]);
        assertThatThrownBy(() -> matrix.times(new float[5], 1, 1)).hasMessageContaining("1 rows of 4");
    }
}
