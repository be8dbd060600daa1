package org.maliang.model.form;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The names of tunes: every name, also a lesser one (酹江月), leads to the usual one (念奴娇). */
public final class TuneNames {
    /** Tunes of lyrics (词). */
    public static final TuneNames LYRICS = new TuneNames("tunes.txt");
    /** Tunes of arias (曲). */
    public static final TuneNames ARIAS = new TuneNames("arias.txt");

    private final Map<String, String> usual = new LinkedHashMap<>();
    private final int longest;

    private TuneNames(String resource) {
        try (var in = Objects.requireNonNull(TuneNames.class.getResourceAsStream(resource), resource);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .forEach(this::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        longest = usual.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    private void add(String line) {
        String[] names = line.split(" ");
        for (String name : names) {
            usual.putIfAbsent(name, names[0]);
        }
    }

    /** The usual name of a tune known by {@code name}. */
    public Optional<String> usual(String name) {
        return Optional.ofNullable(usual.get(name));
    }

    /** The longest known name that {@code text} begins with. */
    Optional<String> prefix(String text) {
        for (int end = Math.min(longest, text.length()); end > 1; end--) {
            if (usual.containsKey(text.substring(0, end))) {
                return Optional.of(text.substring(0, end));
            }
        }
        return Optional.empty();
    }

    /** Usual names in order of frequency. */
    public Stream<String> all() {
        return usual.values().stream().distinct();
    }

    /** Up to {@code count} known names that look most like {@code name}, nearest first. */
    public List<String> nearest(String name, int count) {
        return usual.keySet().stream()
                .sorted(Comparator.comparingInt((String known) -> distance(name, known)))
                .limit(count)
                .toList();
    }

    /** Edit distance, counted twice where no character is shared. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        boolean shared = a.chars().anyMatch(c -> b.indexOf(c) >= 0);
        return shared ? row[b.length()] : 2 * row[b.length()];
    }
}
