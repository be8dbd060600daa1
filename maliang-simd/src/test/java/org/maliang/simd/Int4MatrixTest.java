package org.maliang.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Int4MatrixTest {

    private static final int GROUP = Int4Matrix.GROUP;

    /** A matrix, and what it stands for. */
    private record Case(int out, int in, byte[] numbers, short[] scales) {

        static Case random(int out, int in, Random random) {
            byte[] numbers = new byte[out * in / 2];
            random.nextBytes(numbers);
            short[] scales = new short[2 * out * in / GROUP];
            for (int i = 0; i < scales.length; i++) {
                scales[i] = (short) (Float.floatToIntBits((float) random.nextGaussian()) >> 16);
            }
            return new Case(out, in, numbers, scales);
        }

        Int4Matrix matrix() {
            return Int4Matrix.of(out, in, numbers, scales);
        }

        double weight(int row, int column) {
            int pair = numbers[(row * in + column) / 2];
            int number = (column % 2 == 0 ? pair : pair >> 4) & 15;
            int at = 2 * (column / GROUP * out + row);
            return (number - 8) * (double) bfloat(scales[at]) + bfloat(scales[at + 1]);
        }

        private static float bfloat(short bits) {
            return Float.intBitsToFloat(bits << 16);
        }

        /** With activations rounded as they are documented to be. */
        double expected(float[] x, int row, int to) {
            double result = 0;
            for (int from = 0; from < in; from += GROUP) {
                float largest = 0;
                for (int c = from; c < from + GROUP; c++) {
                    largest = Math.max(largest, Math.abs(x[row * in + c]));
                }
                for (int c = from; c < from + GROUP && largest > 0; c++) {
                    result += Math.rint(x[row * in + c] * (double) (127 / largest)) * (largest / 127) * weight(to, c);
                }
            }
            return result;
        }
    }

    private static float[] activations(int count, Random random) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    @Test
    void testsRunWithTheVectorApi() {
        assertThat(Simd.served()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1,32,1", "63,64,2", "64,32,3", "65,96,4", "128,320,5", "200,256,9", "512,1024,1", "512,1024,6"})
    void multipliesAsWrittenDown(int out, int in, int rows) {
        Random random = new Random(out + in);
        Case some = Case.random(out, in, random);
        float[] x = activations(rows * in, random);
        float[] y = some.matrix().times(x, rows, 2);
        assertThat(y).hasSize(rows * out);
        for (int row = 0; row < rows; row++) {
            for (int to = 0; to < out; to += out > 256 ? 37 : 1) {
                assertThat((double) y[row * out + to]).isCloseTo(some.expected(x, row, to), within(1e-3 * in / 32));
            }
        }
    }

    @Test
    void sumsAtTheirLimitsAreExact() {
        byte[] numbers = new byte[64 * 16];
        Arrays.fill(numbers, 0, numbers.length / 2, (byte) 0x00); // -8
        Arrays.fill(numbers, numbers.length / 2, numbers.length, (byte) 0xFF); // 7
        short[] scales = new short[128];
        for (int i = 0; i < scales.length; i += 2) {
            scales[i] = (short) (Float.floatToIntBits(1f) >> 16);
        }
        Int4Matrix matrix = Int4Matrix.of(64, 32, numbers, scales);
        for (float sign : new float[] {1, -1}) {
            float[] x = new float[32];
            Arrays.fill(x, sign * 127);
            float[] y = matrix.times(x, 1, 1);
            assertThat(y[0]).isEqualTo(sign * -8 * 127 * 32);
            assertThat(y[63]).isEqualTo(sign * 7 * 127 * 32);
        }
    }

    @Test
    void aRowIsTheSameAloneAndBesideOthersOnAnyThreads() {
        Random random = new Random(3);
        Case some = Case.random(300, 256, random);
        Int4Matrix matrix = some.matrix();
        int rows = 11;
        float[] x = activations(rows * 256, random);
        float[] together = matrix.times(x, rows, 3);
        for (int row = 0; row < rows; row++) {
            float[] alone = matrix.times(Arrays.copyOfRange(x, row * 256, (row + 1) * 256), 1, 1);
            assertThat(Arrays.copyOfRange(together, row * 300, (row + 1) * 300)).isEqualTo(alone);
        }
    }

    @Test
    void zerosGiveZerosAndWhatIsNoNumberStaysNone() {
        Case some = Case.random(64, 64, new Random(4));
        float[] x = new float[64];
        assertThat(some.matrix().times(x, 1, 1)).containsOnly(0f);
        x[5] = Float.MIN_VALUE;
        assertThat(some.matrix().times(x, 1, 1)).containsOnly(0f);
        x[5] = Float.NaN;
        for (float y : some.matrix().times(x, 1, 1)) {
            assertThat(y).isNaN();
        }
        x[5] = Float.POSITIVE_INFINITY;
        for (float y : some.matrix().times(x, 1, 1)) {
            assertThat(Float.isFinite(y)).isFalse();
        }
    }

    @Test
    void manyThreadsMayMultiplyAtOnce() throws InterruptedException {
        Random random = new Random(5);
        Case some = Case.random(512, 512, random);
        Int4Matrix matrix = some.matrix();
        float[] x = activations(512, random);
        float[] expected = matrix.times(x, 1, 1);
        List<float[]> wrong = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 300; n++) {
                    float[] y = matrix.times(x, 1, 3);
                    if (!Arrays.equals(y, expected)) {
                        synchronized (wrong) {
                            wrong.add(y);
                        }
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Int4Matrix.of(4, 40, new byte[80], new short[8]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 rows and 40 columns");
        Int4Matrix matrix = Case.random(4, 32, new Random(6)).matrix();
        assertThatThrownBy(() -> matrix.times(new float[33], 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("33 numbers");
    }
}
