package org.maliang.model.form;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The usual layout of every tune in the training corpora: only lengths and punctuation, no verse. */
public final class TuneLayouts {
    /** Layouts of lyrics (词). */
    public static final TuneLayouts LYRICS = new TuneLayouts("tune-layouts.txt");
    /** Layouts of arias (曲). */
    public static final TuneLayouts ARIAS = new TuneLayouts("aria-layouts.txt");

    private final Map<String, Layout> layouts = new LinkedHashMap<>();

    private TuneLayouts(String resource) {
        try (var in = Objects.requireNonNull(TuneLayouts.class.getResourceAsStream(resource), resource);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] fields = line.split(" ");
                layouts.put(fields[0], Layout.parse(fields[1]));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The layout of a tune, by its usual name. */
    public Optional<Layout> of(String tune) {
        return Optional.ofNullable(layouts.get(tune));
    }

    /** Usual names of all tunes with a layout, the most frequent first. */
    public Stream<String> tunes() {
        return layouts.keySet().stream();
    }
}
