package org.maliang.model.layer;

import java.util.List;
import org.maliang.tensor.Mask;

/**
 * What all blocks share during one pass through a model.
 *
 * @param mask which keys a query may look at
 * @param window the same for layers that look at nearby keys only; {@code mask} in models without such layers
 * @param rotation turns queries and keys by their positions; {@link Rotation#NONE} in models without rotary positions
 * @param memory what cross-attention looks at; {@link Memory#NONE} in models without
 * @param routings what sparse layers decided in this pass
 * @param cache the keys and values of earlier passes, or {@link KvCache#none()}
 * @param training whether dropout is on
 * @param parts what differs between texts that go through in a row; then masks and caches are theirs. Without any, all
 *     rows are alike
 */
public record Pass(
        Mask mask,
        Mask window,
        Rotation rotation,
        Memory memory,
        Routings routings,
        KvCache cache,
        boolean training,
        List<Part> parts) {

    /**
     * One text of several in a row, or several texts of which each has one position.
     *
     * @param rows texts; more than one have one position each
     * @param time positions of a text
     * @param pass as if it, or they, were alone
     */
    public record Part(long rows, long time, Pass pass) {

        /** How many of the positions in the row are its own. */
        public long positions() {
            return rows * time;
        }
    }

    /** A pass without windows, rotary positions and memory, in which nothing has been decided yet. */
    public static Pass of(Mask mask, KvCache cache, boolean training) {
        return new Pass(mask, mask, Rotation.NONE, Memory.NONE, new Routings(), cache, training, List.of());
    }

    /** A pass of several texts in a row, each of which sees itself only. */
    public static Pass beside(List<Part> parts) {
        Rotation rotation = Rotation.beside(parts.stream()
                .map(part -> part.pass().rotation().inRow(part.rows()))
                .toList());
        return new Pass(
                Mask.NONE, Mask.NONE, rotation, Memory.NONE, new Routings(), KvCache.none(), false, List.copyOf(parts));
    }

    public Pass withMask(Mask other) {
        return new Pass(other, window, rotation, memory, routings, cache, training, parts);
    }

    public Pass withWindow(Mask other) {
        return new Pass(mask, other, rotation, memory, routings, cache, training, parts);
    }

    public Pass withRotation(Rotation other) {
        return new Pass(mask, window, other, memory, routings, cache, training, parts);
    }

    public Pass withMemory(Memory other) {
        return new Pass(mask, window, rotation, other, routings, cache, training, parts);
    }
}
