package org.maliang.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LongOptional;
import org.jspecify.annotations.Nullable;
import org.maliang.simd.Crew;
import org.maliang.simd.NativeFloats;
import org.maliang.simd.RowAttention;

/**
 * {@link Ops#attention} of one position of some texts whose keys and values lie in one tensor: by Java, whose threads share the
 * heads, or where that cannot be with as few calls of LibTorch as there can be. For one pass through a model; the tensor stays
 * the caller's and must stay open.
 */
public final class HostAttention {

    private static final long LEAST = 1 << 14; // products of scores for which a second thread pays

    private final Tensor cache; // [rows, layers, 2, heads, capacity, headDim]
    private final boolean half; // whether the cache is in bfloat16
    private final ByteBuffer memory; // of the cache
    private final FloatBuffer floats; // likewise
    private final @Nullable NativeFloats vectors; // likewise; null where Java does not read it
    private @Nullable Tensor mask; // the latest
    private float @Nullable [] hidden; // what it adds to scores

    private HostAttention(Tensor cache) {
        this.cache = cache;
        ByteBuffer bytes = Natives.value(
                "memory",
                () -> new BytePointer(cache.raw("memory").data_ptr())
                        .capacity(cache.bytes())
                        .asByteBuffer());
        this.memory = bytes.order(ByteOrder.nativeOrder());
        this.floats = memory.asFloatBuffer();
        this.half = cache.dtype() == DType.BF16;
        boolean served = NativeFloats.served() && cache.size(5) % RowAttention.step() == 0;
        this.vectors = served ? NativeFloats.of(bytes, half) : null;
    }

    /**
     * For a cache that Java can write to.
     *
     * @param cache {@code [rows, layers, 2, heads, capacity, headDim]}: of every layer the keys, then the values
     */
    public static Optional<HostAttention> of(Tensor cache) {
        boolean served = (cache.dtype() == DType.F32 || cache.dtype() == DType.BF16)
                && cache.device().equals(Device.CPU)
                && cache.isContiguous()
                && cache.bytes() <= Integer.MAX_VALUE;
        return served ? Optional.of(new HostAttention(cache)) : Optional.empty();
    }

    /**
     * Stores a key and a value for each text and looks at what is there.
     *
     * @param queries {@code [rows, 1, heads * headDim]}
     * @param keys {@code [rows, 1, keyHeads * headDim]}
     * @param values likewise
     * @param lengths of the texts before
     * @param read positions that are looked at, unless the mask hides them
     * @return {@code [rows, 1, heads * headDim]}
     * @throws IndexOutOfBoundsException if a text fills its cache already
     */
    public HostRows apply(
            int layer, HostRows queries, HostRows keys, HostRows values, long[] lengths, long read, Mask mask) {
        put(layer, 0, keys.values(), lengths);
        put(layer, 1, values.values(), lengths);
        NativeFloats floats = vectors;
        return floats != null && fits(mask.tensor(), read)
                ? byJava(floats, layer, queries, lengths, mask)
                : byLibTorch(layer, queries, lengths.length, read, mask);
    }

    private HostRows byLibTorch(int layer, HostRows queries, int rows, long read, Mask mask) {
        long heads = cache.size(3);
        long size = cache.size(5);
        try (Scope scope = Scope.open()) {
            // as good as one query of each head: the queries that share keys as several of theirs
            Tensor grouped = queries.tensor(rows, heads, queries.size(-1) / heads / size, size);
            Tensor mixed = Ops.attention(grouped, view(layer, 0, read), view(layer, 1, read), mask);
            return queries.widened(mixed.toFloats(), (int) queries.size(-1));
        }
    }

    /** Whether a mask has one number for each key, of each text and head or of all. */
    private boolean fits(@Nullable Tensor given, long keys) {
        return given == null
                || given.rank() == 4
                        && given.size(2) == 1
                        && given.size(3) == keys
                        && (given.size(0) == 1 || given.size(0) == cache.size(0))
                        && (given.size(1) == 1 || given.size(1) == cache.size(3));
    }

    private HostRows byJava(NativeFloats floats, int layer, HostRows queries, long[] lengths, Mask given) {
        int heads = (int) cache.size(3);
        int size = (int) cache.size(5);
        int width = (int) queries.size(-1);
        int group = width / size / heads; // queries that share keys
        float scale = (float) (given.scale() == 0 ? 1 / Math.sqrt(size) : given.scale());
        RowAttention attention = new RowAttention(floats, size, scale);
        Tensor tensor = given.tensor();
        float[] added = added(tensor);
        int forRow = tensor == null || tensor.size(0) == 1 ? 0 : (int) (tensor.size(1) * tensor.size(3));
        int forHead = tensor == null || tensor.size(1) == 1 ? 0 : (int) tensor.size(3);
        float[] q = queries.values();
        float[] y = new float[q.length];
        int all = lengths.length * heads;
        long work = Arrays.stream(lengths).sum() * width;
        Crew.share(work < LEAST ? 1 : Threads.own(), all, i -> {
            int row = i / heads;
            int head = i % heads;
            attention.head(
                    at(row, layer, 0, head, 0),
                    at(row, layer, 1, head, 0),
                    (int) lengths[row] + 1,
                    q,
                    row * width + head * group * size,
                    group,
                    added,
                    row * forRow + head * forHead,
                    y);
        });
        return queries.widened(y, width);
    }

    /** What a mask adds to scores; layer after layer asks for the same. */
    private float @Nullable [] added(@Nullable Tensor given) {
        if (given != mask) {
            mask = given;
            hidden = given == null ? null : given.dtype() == DType.BOOL ? seen(given.toBooleans()) : given.toFloats();
        }
        return hidden;
    }

    private static float[] seen(boolean[] which) {
        float[] added = new float[which.length];
        for (int i = 0; i < which.length; i++) {
            added[i] = which[i] ? 0 : Float.NEGATIVE_INFINITY;
        }
        return added;
    }

    /** Where a number of a head lies in the memory. */
    private int at(int row, int layer, int which, int head, int position) {
        int heads = (int) cache.size(3);
        int first = ((row * (int) cache.size(1) + layer) * 2 + which) * heads;
        return ((first + head) * (int) cache.size(4) + position) * (int) cache.size(5);
    }

    private void put(int layer, int which, float[] fresh, long[] lengths) {
        int heads = (int) cache.size(3);
        int capacity = (int) cache.size(4);
        int size = (int) cache.size(5);
        for (int row = 0; row < lengths.length; row++) {
            int position = (int) Objects.checkIndex(lengths[row], (long) capacity);
            for (int head = 0; head < heads; head++) {
                put(at(row, layer, which, head, position), fresh, (row * heads + head) * size, size);
            }
        }
    }

    private void put(int to, float[] fresh, int from, int count) {
        if (!half) {
            floats.put(to, fresh, from, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            memory.putShort((to + i) * Short.BYTES, rounded(fresh[from + i]));
        }
    }

    /** The nearest bfloat16, as LibTorch rounds: of two as near the even one. */
    static short rounded(float number) {
        int bits = Float.floatToIntBits(number); // what is no number has but one form
        return Float.isNaN(number) ? (short) (bits >>> 16) : (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    /** Keys or values of a layer: {@code [rows, heads, read, headDim]}, in F32. */
    private Tensor view(int layer, int which, long read) {
        long head = cache.size(4) * cache.size(5);
        long both = cache.size(3) * head; // all heads of keys, or of values
        long[] shape = {cache.size(0), cache.size(3), read, cache.size(5)};
        long[] strides = {cache.size(1) * 2 * both, head, cache.size(5), 1};
        Tensor view = Natives.tensor(
                "view",
                () -> {
                    org.bytedeco.pytorch.Tensor raw = cache.raw("view");
                    return raw.as_strided(
                            shape, strides, new LongOptional(raw.storage_offset() + (2 * layer + which) * both));
                },
                cache);
        return half ? view.to(DType.F32) : view;
    }
}
