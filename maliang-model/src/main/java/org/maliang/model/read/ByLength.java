package org.maliang.model.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Puts things of like lengths together, so that little is padded. */
public final class ByLength {

    private ByLength() {}

    /**
     * Batches, the longest things first.
     *
     * @param size the most that rows times the length of the longest may come to, if there is more than one row
     */
    public static <T> List<List<T>> batches(List<T> things, ToIntFunction<T> length, int size) {
        List<T> sorted = new ArrayList<>(things);
        sorted.sort(Comparator.comparingInt(length).reversed());
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < sorted.size(); ) {
            int rows = Math.max(1, size / Math.max(1, length.applyAsInt(sorted.get(from))));
            int to = Math.min(sorted.size(), from + rows);
            batches.add(sorted.subList(from, to));
            from = to;
        }
        return batches;
    }
}
