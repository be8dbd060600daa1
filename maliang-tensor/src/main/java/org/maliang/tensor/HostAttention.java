package org.maliang.tensor;

import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.LongOptional;

/**
 * {@link Ops#attention} of one position of some texts whose keys and values lie in one tensor, with as few calls of LibTorch
 * as there can be. For one pass through a model; the tensor stays the caller's and must stay open.
 */
public final class HostAttention {

    private final Tensor cache; // [rows, layers, 2, heads, capacity, headDim]
    private final FloatBuffer memory; // of the cache

    private HostAttention(Tensor cache) {
        this.cache = cache;
        this.memory = Natives.value(
                "memory",
                () -> new FloatPointer(cache.raw("memory").data_ptr())
                        .capacity(cache.elements())
                        .asByteBuffer()
                        .asFloatBuffer());
    }

    /**
     * For a cache that Java can write to.
     *
     * @param cache {@code [rows, layers, 2, heads, capacity, headDim]}: of every layer the keys, then the values
     */
    public static Optional<HostAttention> of(Tensor cache) {
        boolean served = cache.dtype() == DType.F32
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
        long heads = cache.size(3);
        long size = cache.size(5);
        try (Scope scope = Scope.open()) {
            // as good as one query of each head: the queries that share keys as several of theirs
            Tensor grouped = queries.tensor(lengths.length, heads, queries.size(-1) / heads / size, size);
            Tensor mixed = Ops.attention(grouped, view(layer, 0, read), view(layer, 1, read), mask);
            return queries.widened(mixed.toFloats(), (int) queries.size(-1));
        }
    }

    private void put(int layer, int which, float[] fresh, long[] lengths) {
        int heads = (int) cache.size(3);
        int capacity = (int) cache.size(4);
        int size = (int) cache.size(5);
        for (int row = 0; row < lengths.length; row++) {
            int position = (int) Objects.checkIndex(lengths[row], (long) capacity);
            int first = ((row * (int) cache.size(1) + layer) * 2 + which) * heads;
            for (int head = 0; head < heads; head++) {
                int to = ((first + head) * capacity + position) * size;
                memory.put(to, fresh, (row * heads + head) * size, size);
            }
        }
    }

    /** Keys or values of a layer: {@code [rows, heads, read, headDim]}. */
    private Tensor view(int layer, int which, long read) {
        long head = cache.size(4) * cache.size(5);
        long half = cache.size(3) * head;
        long[] shape = {cache.size(0), cache.size(3), read, cache.size(5)};
        long[] strides = {cache.size(1) * 2 * half, head, cache.size(5), 1};
        return Natives.tensor(
                "view",
                () -> {
                    org.bytedeco.pytorch.Tensor raw = cache.raw("view");
                    return raw.as_strided(
                            shape, strides, new LongOptional(raw.storage_offset() + (2 * layer + which) * half));
                },
                cache);
    }
}
