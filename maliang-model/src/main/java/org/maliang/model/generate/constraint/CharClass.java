package org.maliang.model.generate.constraint;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A set of Unicode characters (code points without surrogates), as sorted ranges that do not touch. Immutable. */
final class CharClass {
    static final CharClass ALL = new CharClass(
            new int[] {0, Character.MIN_SURROGATE - 1, Character.MAX_SURROGATE + 1, Character.MAX_CODE_POINT});
    static final CharClass NONE = new CharClass(new int[0]);

    private final int[] bounds; // first, last, first, last …

    private CharClass(int[] bounds) {
        this.bounds = bounds;
    }

    static CharClass of(int... points) {
        return Arrays.stream(points).mapToObj(point -> range(point, point)).reduce(NONE, CharClass::or);
    }

    static CharClass range(int first, int last) {
        return new CharClass(new int[] {first, last}).and(ALL);
    }

    /** All characters for which the predicate holds; asks it about every one. */
    static CharClass where(IntPredicate predicate) {
        IntStream.Builder bounds = IntStream.builder();
        boolean inside = false;
        for (int point = 0; point <= Character.MAX_CODE_POINT + 1; point++) {
            boolean holds = point <= Character.MAX_CODE_POINT && predicate.test(point);
            if (holds != inside) {
                bounds.add(holds ? point : point - 1);
                inside = holds;
            }
        }
        return new CharClass(bounds.build().toArray()).and(ALL);
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    boolean contains(int point) {
        int at = Arrays.binarySearch(bounds, point);
        return at >= 0 || (-at - 1) % 2 == 1;
    }

    /** How many ranges there are. */
    int ranges() {
        return bounds.length / 2;
    }

    int first(int range) {
        return bounds[2 * range];
    }

    int last(int range) {
        return bounds[2 * range + 1];
    }

    CharClass not() {
        int[] gaps = new int[bounds.length + 2];
        for (int i = 0; i < bounds.length; i += 2) {
            gaps[i + 1] = bounds[i] - 1;
            gaps[i + 2] = bounds[i + 1] + 1;
        }
        gaps[gaps.length - 1] = Character.MAX_CODE_POINT;
        return new CharClass(withoutEmpty(gaps)).and(ALL);
    }

    CharClass or(CharClass other) {
        return isEmpty()
                ? other
                : other.isEmpty() ? this : not().and(other.not()).not();
    }

    CharClass and(CharClass other) {
        IntStream.Builder both = IntStream.builder();
        for (int i = 0, j = 0; i < bounds.length && j < other.bounds.length; ) {
            int first = Math.max(bounds[i], other.bounds[j]);
            int last = Math.min(bounds[i + 1], other.bounds[j + 1]);
            if (first <= last) {
                both.add(first).add(last);
            }
            if (bounds[i + 1] < other.bounds[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return new CharClass(both.build().toArray());
    }

    private static int[] withoutEmpty(int[] bounds) {
        IntStream.Builder kept = IntStream.builder();
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] <= bounds[i + 1]) {
                kept.add(bounds[i]).add(bounds[i + 1]);
            }
        }
        return kept.build().toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharClass that && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return Arrays.toString(bounds);
    }
}
