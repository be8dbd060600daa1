package org.maliang.model.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * Keys and values of all positions seen so far, in buffers allocated once: writing a token allocates nothing that stays.
 *
 * <p>A pass appends to every layer and then {@linkplain #advance advances} once. The buffers belong to the cache.
 */
public class KvCache implements AutoCloseable {

    /**
     * The size of the buffers.
     *
     * @param layers attention layers of the model
     * @param batch rows
     * @param heads key-value heads
     * @param capacity positions
     * @param headSize elements of one key
     */
    public record Shape(int layers, long batch, long heads, long capacity, long headSize) {}

    private static final KvCache NONE = new KvCache(List.of(), List.of(), 0) {
        @Override
        public Heads append(int layer, Heads fresh) {
            return fresh;
        }

        @Override
        public void advance(long positions) {}
    };

    private final List<Tensor> keys; // one [batch, heads, capacity, headDim] a layer
    private final List<Tensor> values; // likewise
    private final long capacity;
    private long length;

    KvCache(List<Tensor> keys, List<Tensor> values, long capacity) {
        this.keys = keys;
        this.values = values;
        this.capacity = capacity;
    }

    /** Remembers nothing: for training and for scoring whole texts. */
    public static KvCache none() {
        return NONE;
    }

    public static KvCache allocate(Shape shape, DType dtype, Device device) {
        try (Scope scope = Scope.open()) {
            List<Tensor> keys = new ArrayList<>();
            List<Tensor> values = new ArrayList<>();
            for (int layer = 0; layer < shape.layers(); layer++) {
                keys.add(scope.keep(buffer(shape, dtype, device)));
                values.add(scope.keep(buffer(shape, dtype, device)));
            }
            return new KvCache(keys, values, shape.capacity());
        }
    }

    /**
     * A cache of one row whose buffers are parts of a larger tensor. Closing it leaves that alone.
     *
     * @param run {@code [layers, 2, heads, capacity, headDim]}: of every layer the keys, then the values
     */
    public static KvCache over(Tensor run) {
        try (Scope scope = Scope.open()) {
            List<Tensor> keys = new ArrayList<>();
            List<Tensor> values = new ArrayList<>();
            for (int layer = 0; layer < run.size(0); layer++) {
                Tensor both = run.narrow(0, layer, 1).squeeze(0); // [2, heads, capacity, headDim]
                keys.add(scope.keep(both.narrow(0, 0, 1)));
                values.add(scope.keep(both.narrow(0, 1, 1)));
            }
            return new KvCache(keys, values, run.size(3));
        }
    }

    private static Tensor buffer(Shape shape, DType dtype, Device device) {
        return Tensor.zeros(device, dtype, shape.batch(), shape.heads(), shape.capacity(), shape.headSize());
    }

    /**
     * Several caches of one row each as the rows of one, to which a pass adds one position. Advancing it advances each of
     * them.
     *
     * @param memory {@code [rows, layers, 2, heads, capacity, headDim]}: what the caches are {@linkplain #over over}
     * @param mixed whether lengths may differ; then what lies behind a row's own length is to be masked
     */
    public static KvCache beside(Tensor memory, List<KvCache> rows, boolean mixed) {
        return new KvRows(memory, rows, mixed);
    }

    /** How many positions each row holds. */
    public long[] lengths() {
        return new long[] {length()};
    }

    /** Positions stored. */
    public long length() {
        return length;
    }

    /** Positions that fit. */
    public long capacity() {
        return capacity;
    }

    /** Stores fresh keys and values after those of earlier passes; the result holds the fresh queries and all keys and values. */
    public Heads append(int layer, Heads fresh) {
        long time = fresh.keys().size(2);
        if (length + time > capacity) {
            throw new IllegalStateException("the key-value cache holds " + capacity + " positions, " + (length + time)
                    + " are needed: allocate it for prompt and new tokens together");
        }
        Tensor k = keys.get(layer);
        Tensor v = values.get(layer);
        k.narrow(2, length, time).copyFrom(fresh.keys());
        v.narrow(2, length, time).copyFrom(fresh.values());
        return Heads.inOneType(fresh.queries(), k.narrow(2, 0, length + time), v.narrow(2, 0, length + time));
    }

    /**
     * Stores fresh keys and values as {@link #append} does, and looks at all, where Java can do that fast: few texts with one
     * position each, beside each other.
     *
     * @return {@code [batch, 1, heads * headDim]}
     */
    Optional<HostRows> attended(int layer, HostHeads fresh, Mask mask) {
        return Optional.empty();
    }

    /** Counts {@code positions} as stored, after a pass through all layers. */
    public void advance(long positions) {
        length += positions;
    }

    /** Forgets what was stored after the first {@code positions}. */
    public void rewind(long positions) {
        if (positions < 0 || positions > length) {
            throw new IllegalArgumentException(
                    "the key-value cache holds " + length + " positions and cannot go back to " + positions);
        }
        length = positions;
    }

    /** Makes row {@code i} continue from what was row {@code rows[i]}. */
    public void reorder(Tensor rows) {
        if (length == 0) {
            return;
        }
        for (List<Tensor> buffers : List.of(keys, values)) {
            for (Tensor buffer : buffers) {
                try (Scope scope = Scope.open()) {
                    Tensor used = buffer.narrow(2, 0, length);
                    used.copyFrom(used.indexSelect(0, rows));
                }
            }
        }
    }

    /** A cache of {@code rows.size(0)} rows in which row {@code i} continues from row {@code rows[i]} of this one. */
    public KvCache expand(Tensor rows) {
        try (Scope scope = Scope.open()) {
            KvCache copy = new KvCache(select(keys, rows, scope), select(values, rows, scope), capacity);
            copy.length = length;
            return copy;
        }
    }

    private static List<Tensor> select(List<Tensor> buffers, Tensor rows, Scope scope) {
        List<Tensor> selected = new ArrayList<>();
        for (Tensor buffer : buffers) {
            selected.add(scope.keep(buffer.indexSelect(0, rows)));
        }
        return selected;
    }

    /** The tensors this cache owns. */
    public List<Tensor> buffers() {
        List<Tensor> buffers = new ArrayList<>(keys);
        buffers.addAll(values);
        return buffers;
    }

    @Override
    public void close() {
        keys.forEach(Tensor::close);
        values.forEach(Tensor::close);
    }
}
