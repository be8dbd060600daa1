package org.maliang.pipeline;

import java.util.List;
import java.util.Map;

/**
 * What a pipeline takes and makes, under ModelScope's keys.
 *
 * @param inputs all keys that mean something
 * @param needed of each group one key must be there; the first is the usual one
 * @param outputs the keys of {@link Output#json}; some come only where they were asked for
 * @param example an input, for {@link Pipeline#input(Map)}
 */
public record Signature(List<Key> inputs, List<List<String>> needed, List<String> outputs, Map<String, ?> example) {

    /** What stands under a key. */
    public enum Kind {
        /** A string. */
        TEXT,
        /** A string, or a list of strings. */
        TEXTS,
        /** True or false. */
        SWITCH,
        /** A list of {@code {role, content}}. */
        TURNS
    }

    /** A key of an input. */
    public record Key(String name, Kind kind) {}

    public Signature {
        inputs = List.copyOf(inputs);
        needed = needed.stream().map(List::copyOf).toList();
        outputs = List.copyOf(outputs);
        example = Map.copyOf(example);
    }

    /** One text, as {@code text} or {@code sentence}. */
    static Signature text(String example, String... outputs) {
        return new Signature(
                List.of(new Key("text", Kind.TEXT), new Key("sentence", Kind.TEXT)),
                List.of(List.of("text", "sentence")),
                List.of(outputs),
                Map.of("text", example));
    }

    /** Whether a text alone is an input. */
    public boolean takesText() {
        return needed.size() == 1;
    }

    List<String> names() {
        return inputs.stream().map(Key::name).toList();
    }
}
