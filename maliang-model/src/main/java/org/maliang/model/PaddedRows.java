package org.maliang.model;

import java.util.Arrays;
import java.util.List;
import org.maliang.tensor.Tensor;

/** Rows of ids of any lengths as one tensor {@code [rows, longest]}, padded on the right; there is one row at least. */
public final class PaddedRows {

    private PaddedRows() {}

    /** The ids, with {@code padding} behind those of shorter rows. */
    public static Tensor ids(List<int[]> rows, long padding) {
        int width = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        long[] all = new long[rows.size() * width];
        Arrays.fill(all, padding);
        for (int row = 0; row < rows.size(); row++) {
            int[] ids = rows.get(row);
            for (int i = 0; i < ids.length; i++) {
                all[row * width + i] = ids[i];
            }
        }
        return Tensor.of(all, rows.size(), width);
    }

    /** 1 where there is an id and 0 where there is padding. */
    public static Tensor visible(List<int[]> rows) {
        return ids(
                rows.stream()
                        .map(row -> {
                            int[] ones = new int[row.length];
                            Arrays.fill(ones, 1);
                            return ones;
                        })
                        .toList(),
                0);
    }
}
