package org.maliang.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * What cross-attention knows of a source: the keys and values that every layer of a decoder makes of an encoder's states,
 * once for all tokens that are written about it.
 *
 * <p>Whoever lets it outlive a scope owns {@link #tensors()}.
 *
 * @param layers one pair a decoder layer
 * @param mask which positions of the source may be seen
 * @param more what a family's head needs of the source besides, one row a source; most need nothing
 */
public record Memory(List<KeyValues> layers, Mask mask, List<Tensor> more) {

    public static final Memory NONE = new Memory(List.of(), Mask.NONE);

    /** What cross-attention needs and nothing more. */
    public Memory(List<KeyValues> layers, Mask mask) {
        this(layers, mask, List.of());
    }

    /**
     * What one layer looks at.
     *
     * @param keys {@code [batch, heads, source, headDim]}
     * @param values {@code [batch, heads, source, headDim]}
     */
    public record KeyValues(Tensor keys, Tensor values) {}

    /**
     * What {@code layers} make of an encoder's states.
     *
     * @param states {@code [batch, source, hidden]}
     * @param mask which positions of the source may be seen
     */
    public static Memory of(List<CrossAttention> layers, Tensor states, Mask mask) {
        return new Memory(
                layers.stream().map(layer -> layer.memory().of(states)).toList(), mask);
    }

    /** Makes keys and values of an encoder's states; families differ in how their files lay out the projections. */
    @FunctionalInterface
    public interface Source {
        /** {@code [batch, source, hidden]} to heads. */
        KeyValues of(Tensor states);
    }

    /** Two projections, one for keys and one for values. */
    public static Source separate(Projection key, Projection value, int heads) {
        return states -> new KeyValues(split(key.apply(states), heads), split(value.apply(states), heads));
    }

    /** One projection whose output is two blocks: all keys, all values. */
    public static Source blocks(Projection fused, int heads) {
        return states -> {
            Tensor both = fused.apply(states); // [batch, source, 2 * heads * headDim]
            long half = both.size(2) / 2;
            return new KeyValues(split(both.narrow(2, 0, half), heads), split(both.narrow(2, half, half), heads));
        };
    }

    /** {@code [batch, time, heads * headDim] -> [batch, heads, time, headDim]}. */
    static Tensor split(Tensor joined, long heads) {
        return joined.reshape(joined.size(0), joined.size(1), heads, joined.size(2) / heads)
                .transpose(1, 2);
    }

    /** The same with {@code tensors}, which it owns as its own, for the head. */
    public Memory with(Tensor... tensors) {
        return new Memory(layers, mask, List.of(tensors));
    }

    /** A memory in which row {@code i} is row {@code rows[i]} of this one. */
    public Memory select(Tensor rows) {
        List<KeyValues> selected = new ArrayList<>();
        for (KeyValues layer : layers) {
            selected.add(new KeyValues(layer.keys.indexSelect(0, rows), layer.values.indexSelect(0, rows)));
        }
        @Nullable Tensor bias = mask.tensor();
        return new Memory(
                selected,
                bias == null ? mask : Mask.of(bias.indexSelect(0, rows)),
                more.stream().map(tensor -> tensor.indexSelect(0, rows)).toList());
    }

    /** All tensors that it consists of. */
    public List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>();
        for (KeyValues layer : layers) {
            tensors.add(layer.keys);
            tensors.add(layer.values);
        }
        if (mask.tensor() != null) {
            tensors.add(mask.tensor());
        }
        tensors.addAll(more);
        return tensors;
    }
}
