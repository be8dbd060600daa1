package org.maliang.model.generate;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Device;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * Texts on their way through a model, one a row, that share a key-value cache. Prompts of different lengths are padded
 * on the left; padding is masked and does not count as a position.
 *
 * <p>Owns its tensors. Gradients should be off.
 */
final class Rows implements AutoCloseable {

    private final NextToken next; // owned
    private final Device device;
    private KvCache cache;
    private @Nullable Tensor mask; // [rows, capacity], 0 for padding and 1 for the rest; none where nothing is padded
    private int[] padding; // of each row
    private float[] scores = {}; // [rows * vocabulary]

    private Rows(NextToken next, KvCache cache, int[] padding) {
        this.next = next;
        this.device = next.device();
        this.cache = cache;
        this.padding = padding;
        boolean padded = Arrays.stream(padding).anyMatch(p -> p > 0);
        mask = padded ? visible(padding, (int) cache.capacity()).to(device) : null;
    }

    /** Reads one prompt a row and takes {@code next} over; {@code capacity} positions will be enough for the longest and what is written after it. */
    static Rows read(NextToken next, List<int[]> prompts, int capacity) {
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
        int[] padding = prompts.stream().mapToInt(p -> longest - p.length).toArray();
        Rows rows = begin(next, padding, capacity);
        long[] ids = new long[prompts.size() * longest];
        for (int row = 0; row < padding.length; row++) {
            int[] prompt = prompts.get(row);
            for (int i = 0; i < prompt.length; i++) {
                ids[row * longest + padding[row] + i] = prompt[i];
            }
        }
        try {
            rows.feed(ids, longest);
            return rows;
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static Rows begin(NextToken next, int[] padding, int capacity) {
        try {
            return new Rows(next, next.cache(padding.length, capacity), padding);
        } catch (RuntimeException | Error e) { // such as too little memory for the cache
            next.close();
            throw e;
        }
    }

    private static Tensor visible(int[] padding, int capacity) {
        long[] visible = new long[padding.length * capacity];
        for (int row = 0; row < padding.length; row++) {
            Arrays.fill(visible, row * capacity + padding[row], (row + 1) * capacity, 1);
        }
        return Tensor.of(visible, padding.length, capacity);
    }

    /** How many rows like these {@code bytes} have room for, at least one. */
    int fitting(long bytes) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / (bytes() / count())));
    }

    /** What all rows keep. */
    long bytes() {
        long cached = cache.buffers().stream().mapToLong(Tensor::bytes).sum();
        return cached + next.bytes() + (long) scores.length * Float.BYTES;
    }

    int count() {
        return padding.length;
    }

    /** The scores of the next token, {@code [rows * vocabulary]}. */
    float[] scores() {
        return scores;
    }

    int vocabulary() {
        return scores.length / padding.length;
    }

    /** Continues every row with a token. */
    void push(int[] tokens) {
        feed(Arrays.stream(tokens).asLongStream().toArray(), 1);
    }

    /** Makes row {@code i} continue what was row {@code from[i]}; there may be fewer or more rows than before. */
    void select(int[] from) {
        boolean same = from.length == count();
        for (int row = 0; row < from.length && same; row++) {
            same = from[row] == row;
        }
        if (same) {
            return;
        }
        next.select(from);
        try (Scope scope = Scope.open()) {
            Tensor index = Tensor.of(Arrays.stream(from).asLongStream().toArray(), from.length)
                    .to(device);
            if (from.length == count()) {
                cache.reorder(index);
            } else {
                KvCache before = cache;
                cache = before.expand(index);
                scope.keepAll(cache.buffers());
                before.close();
            }
            if (mask != null) {
                Tensor before = mask;
                mask = scope.keep(before.indexSelect(0, index));
                before.close();
            }
        }
        int width = vocabulary();
        float[] selected = new float[from.length * width];
        int[] selectedPadding = new int[from.length];
        for (int row = 0; row < from.length; row++) {
            System.arraycopy(scores, from[row] * width, selected, row * width, width);
            selectedPadding[row] = padding[from[row]];
        }
        scores = selected;
        padding = selectedPadding;
    }

    /** Passes {@code time} more ids a row through the model. */
    private void feed(long[] ids, int time) {
        try (Scope scope = Scope.open()) {
            Input input = Input.of(Tensor.of(ids, count(), time).to(device)).withCache(cache);
            if (mask != null) {
                input = input.withMask(mask.narrow(1, 0, cache.length() + time)).withPositions(positions(time));
            }
            scores = next.scores(input).toFloats(); // [rows, 1, vocabulary]
        }
    }

    /** Positions that do not count padding: {@code [rows, time]}. */
    private Tensor positions(int time) {
        long[] positions = new long[count() * time];
        for (int row = 0; row < count(); row++) {
            for (int i = 0; i < time; i++) {
                positions[row * time + i] = Math.max(0, cache.length() + i - padding[row]);
            }
        }
        return Tensor.of(positions, count(), time).to(device);
    }

    @Override
    public void close() {
        next.close();
        cache.close();
        if (mask != null) {
            mask.close();
        }
    }
}
