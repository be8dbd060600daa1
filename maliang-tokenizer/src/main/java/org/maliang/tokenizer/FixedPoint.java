package org.maliang.tokenizer;

import java.util.List;

/** Sums of non-negative numbers in millionths or so: they come out the same in whatever order the numbers are added. */
final class FixedPoint {
    private static final double UNIT = 1 << 20;

    private final long[] sums;

    FixedPoint(int size) {
        sums = new long[size];
    }

    static FixedPoint total(List<FixedPoint> parts) {
        FixedPoint total = parts.get(0);
        for (FixedPoint part : parts.subList(1, parts.size())) {
            for (int i = 0; i < total.sums.length; i++) {
                total.sums[i] += part.sums[i];
            }
        }
        return total;
    }

    void add(int index, double value) {
        sums[index] += (long) (value * UNIT + 0.5);
    }

    double value(int index) {
        return sums[index] / UNIT;
    }
}
