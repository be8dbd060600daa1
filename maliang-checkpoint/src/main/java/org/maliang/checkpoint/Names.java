package org.maliang.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Error text for names that are not there. */
public final class Names {
    private static final int SHOWN = 5;

    private Names() {}

    static CheckpointException missing(Path file, List<String> missing, Collection<String> present) {
        var nearest = new LinkedHashSet<String>();
        missing.stream().limit(SHOWN).forEach(name -> nearest.addAll(nearest(name, present)));
        String what = missing.size() == 1
                ? "tensor " + list(missing) + " is missing"
                : missing.size() + " tensors are missing: " + list(missing);
        String found = nearest.isEmpty() ? "the file holds no tensor" : "nearest present: " + list(nearest);
        return new CheckpointException(file, what, found + "; does config.json belong to these weights?");
    }

    /** The present name with the smallest edit distance. */
    public static List<String> nearest(String name, Collection<String> present) {
        return present.stream()
                .min(Comparator.<String>comparingInt(other -> distance(name, other))
                        .thenComparing(Comparator.naturalOrder()))
                .stream()
                .toList();
    }

    private static String list(Collection<String> names) {
        String shown =
                names.stream().limit(SHOWN).map(CheckpointException::quote).collect(Collectors.joining(", "));
        return names.size() <= SHOWN ? shown : shown + ", …";
    }

    /** Levenshtein distance of the first characters (names in hostile files may be long). */
    private static int distance(String left, String right) {
        int rows = Math.min(left.length(), 200);
        int columns = Math.min(right.length(), 200);
        int[] previous = new int[columns + 1];
        for (int j = 0; j <= columns; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= rows; i++) {
            int[] current = new int[columns + 1];
            current[0] = i;
            for (int j = 1; j <= columns; j++) {
                int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[columns];
    }
}
