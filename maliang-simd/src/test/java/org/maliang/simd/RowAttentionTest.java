package org.maliang.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the same in doubles. */
class RowAttentionTest {

    private static final float SCALE = 0.3f;

    private final Random random = new Random(9);

    /** Memory of so many numbers that bfloat16 has too, those of keys, then those of values. */
    private ByteBuffer memory(int floats) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < floats; i++) {
            int bits = Float.floatToRawIntBits((float) random.nextGaussian());
            bytes.putInt(i * Float.BYTES, bits & 0xFFFF_0000);
        }
        return bytes;
    }

    /** The same in bfloat16. */
    private static ByteBuffer upperHalves(ByteBuffer memory) {
        int floats = memory.capacity() / Float.BYTES;
        ByteBuffer bytes = ByteBuffer.allocateDirect(floats * Short.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < floats; i++) {
            bytes.putShort(i * Short.BYTES, (short) (memory.getInt(i * Float.BYTES) >>> 16));
        }
        return bytes;
    }

    private static double[] expected(
            FloatBuffer memory, int values, int count, int size, float[] q, int from, float @Nullable [] added) {
        double[] weights = new double[count];
        double sum = 0;
        for (int key = 0; key < count; key++) {
            double score = 0;
            for (int i = 0; i < size; i++) {
                score += memory.get(key * size + i) * (double) q[from + i];
            }
            weights[key] = Math.exp(score * SCALE + (added == null ? 0 : added[1 + key]));
            sum += weights[key];
        }
        double[] mixed = new double[size];
        for (int key = 0; key < count; key++) {
            for (int i = 0; i < size; i++) {
                mixed[i] += weights[key] / sum * memory.get(values + key * size + i);
            }
        }
        return mixed;
    }

    @ParameterizedTest
    @CsvSource({"16,1,1", "16,37,3", "64,16,1", "64,130,2", "80,33,1", "128,700,4"})
    void mixesAsWrittenDown(int size, int count, int queries) {
        int step = RowAttention.step();
        ByteBuffer memory = memory(2 * count * size);
        float[] q = new float[(queries + 1) * size];
        for (int i = 0; i < q.length; i++) {
            q[i] = (float) random.nextGaussian();
        }
        float[] added = new float[count + 1];
        for (int i = 0; i < added.length; i++) {
            added[i] = i % 3 == 2 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian();
        }
        assertThat(size % step).isZero();
        for (float[] mask : new float[][] {null, added}) {
            float[] y = new float[q.length];
            new RowAttention(NativeFloats.of(memory, false), size, SCALE)
                    .head(0, count * size, count, q, size, queries, mask, 1, y);
            for (int query = 1; query <= queries; query++) {
                double[] wanted = expected(memory.asFloatBuffer(), count * size, count, size, q, query * size, mask);
                for (int i = 0; i < size; i++) {
                    assertThat((double) y[query * size + i]).isCloseTo(wanted[i], within(1e-5));
                }
            }
            assertThat(y).startsWith(new float[size]); // not asked for
            float[] halves = new float[q.length];
            new RowAttention(NativeFloats.of(upperHalves(memory), true), size, SCALE)
                    .head(0, count * size, count, q, size, queries, mask, 1, halves);
            assertThat(halves).isEqualTo(y);
        }
    }

    @Test
    void whereNothingIsSeenNothingIsMixed() {
        float[] y = {1};
        y = java.util.Arrays.copyOf(y, RowAttention.step());
        int size = y.length;
        new RowAttention(NativeFloats.of(memory(2 * size), false), size, 1)
                .head(0, size, 1, new float[size], 0, 1, new float[] {Float.NEGATIVE_INFINITY}, 0, y);
        assertThat(y).containsOnly(0);
    }

    @Test
    void nothingIsReadBeyondTheMemory() {
        int size = RowAttention.step();
        RowAttention attention = new RowAttention(NativeFloats.of(memory(3 * size), false), size, 1);
        float[] q = new float[size];
        assertThatThrownBy(() -> attention.head(0, 2 * size, 2, q, 0, 1, null, 0, q))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
