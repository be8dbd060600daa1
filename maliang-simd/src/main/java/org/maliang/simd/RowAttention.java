package org.maliang.simd;

import java.nio.ByteBuffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Attention of one position of a text: each query looks at the keys of its head and mixes their values. Keys and values lie
 * outside the heap, those of a head behind each other.
 *
 * <p>Results are the same to the last bit whether the loops have been compiled or not.
 */
public final class RowAttention {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int FOUR = 4 * LANES;
    private static final int BLOCK = 16; // keys whose sums lie in {@code lanes} at a time

    private final NativeFloats memory;
    private final int size;
    private final float scale;

    /**
     * Attention over some memory.
     *
     * @param size of a head, a multiple of {@link #step}
     * @param scale of the scores
     */
    public RowAttention(NativeFloats memory, int size, float scale) {
        (memory.half() ? WarmHalf.UP : Warm.UP).await();
        this.memory = memory;
        this.size = size;
        this.scale = scale;
    }

    private RowAttention(NativeFloats memory) {
        this.memory = memory;
        this.size = FOUR;
        this.scale = 1;
    }

    /** Begins to compile the loops, which takes a second in which other things can be done; else the first use waits for it. */
    public static void prepare() {
        if (NativeFloats.served()) {
            Warm.begin();
        }
    }

    /** What sizes of heads must be multiples of. */
    public static int step() {
        return LANES;
    }

    /**
     * Queries that share the keys and values of a head.
     *
     * @param keys where the first key begins, in numbers
     * @param values where the first value begins
     * @param count of keys
     * @param q has the queries, {@code [queries, size]}, from {@code from} on
     * @param added to the scores, {@code [count]} from {@code begin} on; the same for all queries
     * @param y gets the mixed values where {@code q} has the queries
     */
    public void head(
            int keys,
            int values,
            int count,
            float[] q,
            int from,
            int queries,
            float @Nullable [] added,
            int begin,
            float[] y) {
        float[] scores = new float[(count + BLOCK - 1) / BLOCK * BLOCK];
        float[] lanes = new float[BLOCK * LANES];
        for (int query = 0; query < queries; query++) {
            int at = from + query * size;
            score(memory.memory(), memory.half(), keys, count, size, q, at, scores, lanes);
            float sum = weigh(scores, count, added, begin);
            mix(memory.memory(), memory.half(), values, count, size, scores, 1 / sum, y, at);
        }
    }

    private static void score(
            Object memory,
            boolean half,
            int keys,
            int count,
            int size,
            float[] q,
            int from,
            float[] scores,
            float[] lanes) {
        int fours = size - size % FOUR;
        for (int block = 0; block < count; block += BLOCK) {
            int some = Math.min(BLOCK, count - block);
            for (int c = 0; c < fours; c += FOUR) {
                FloatVector q0 = FloatVector.fromArray(FLOATS, q, from + c);
                FloatVector q1 = FloatVector.fromArray(FLOATS, q, from + c + LANES);
                FloatVector q2 = FloatVector.fromArray(FLOATS, q, from + c + 2 * LANES);
                FloatVector q3 = FloatVector.fromArray(FLOATS, q, from + c + 3 * LANES);
                for (int i = 0; i < some; i++) {
                    int p = keys + (block + i) * size + c;
                    FloatVector sum =
                            c == 0 ? FloatVector.zero(FLOATS) : FloatVector.fromArray(FLOATS, lanes, i * LANES);
                    sum = NativeFloats.load(memory, half, p).fma(q0, sum);
                    sum = NativeFloats.load(memory, half, p + LANES).fma(q1, sum);
                    sum = NativeFloats.load(memory, half, p + 2 * LANES).fma(q2, sum);
                    sum = NativeFloats.load(memory, half, p + 3 * LANES).fma(q3, sum);
                    sum.intoArray(lanes, i * LANES);
                }
            }
            for (int c = fours; c < size; c += LANES) {
                FloatVector q0 = FloatVector.fromArray(FLOATS, q, from + c);
                for (int i = 0; i < some; i++) {
                    int p = keys + (block + i) * size + c;
                    FloatVector sum =
                            c == 0 ? FloatVector.zero(FLOATS) : FloatVector.fromArray(FLOATS, lanes, i * LANES);
                    NativeFloats.load(memory, half, p).fma(q0, sum).intoArray(lanes, i * LANES);
                }
            }
            for (int i = 0; i < some; i++) {
                scores[block + i] = RowMath.sumOfLanes(lanes, i * LANES);
            }
        }
    }

    /** Scores become weights, not yet divided by their sum, which is returned. */
    private float weigh(float[] scores, int count, float @Nullable [] added, int begin) {
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            float score = scores[i] * scale + (added == null ? 0 : added[begin + i]);
            scores[i] = score;
            most = Math.max(most, score);
        }
        if (most == Float.NEGATIVE_INFINITY) { // nothing is seen
            Arrays.fill(scores, 0);
            return 1;
        }
        Arrays.fill(scores, count, scores.length, Float.NEGATIVE_INFINITY);
        return RowMath.exponentials(scores, most);
    }

    private static void mix(
            Object memory,
            boolean half,
            int values,
            int count,
            int size,
            float[] weights,
            float factor,
            float[] y,
            int to) {
        int fours = size - size % FOUR;
        for (int c = 0; c < fours; c += FOUR) {
            FloatVector y0 = FloatVector.zero(FLOATS);
            FloatVector y1 = y0;
            FloatVector y2 = y0;
            FloatVector y3 = y0;
            for (int i = 0; i < count; i++) {
                int p = values + i * size + c;
                FloatVector w = FloatVector.broadcast(FLOATS, weights[i]);
                y0 = NativeFloats.load(memory, half, p).fma(w, y0);
                y1 = NativeFloats.load(memory, half, p + LANES).fma(w, y1);
                y2 = NativeFloats.load(memory, half, p + 2 * LANES).fma(w, y2);
                y3 = NativeFloats.load(memory, half, p + 3 * LANES).fma(w, y3);
            }
            y0.mul(factor).intoArray(y, to + c);
            y1.mul(factor).intoArray(y, to + c + LANES);
            y2.mul(factor).intoArray(y, to + c + 2 * LANES);
            y3.mul(factor).intoArray(y, to + c + 3 * LANES);
        }
        for (int c = fours; c < size; c += LANES) {
            FloatVector y0 = FloatVector.zero(FLOATS);
            for (int i = 0; i < count; i++) {
                FloatVector w = FloatVector.broadcast(FLOATS, weights[i]);
                y0 = NativeFloats.load(memory, half, values + i * size + c).fma(w, y0);
            }
            y0.mul(factor).intoArray(y, to + c);
        }
    }

    private static WarmUp warmUp(boolean half) {
        int keys = 1024;
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * keys * FOUR * Float.BYTES);
        RowAttention attention = new RowAttention(NativeFloats.of(buffer, half));
        float[] q = new float[FOUR];
        return WarmUp.begin(() -> attention.head(0, keys * FOUR, keys, q, 0, 1, null, 0, q), 2L * keys * FOUR);
    }

    private static final class Warm {
        static final WarmUp UP = warmUp(false);

        /** The first time. */
        static void begin() {}
    }

    /** Begun when it is needed: loops that never meet bfloat16 are a tenth faster in F32. */
    private static final class WarmHalf {
        static final WarmUp UP = warmUp(true);
    }
}
