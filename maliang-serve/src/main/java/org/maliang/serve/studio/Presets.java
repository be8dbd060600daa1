package org.maliang.serve.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.maliang.checkpoint.Names;

/** Reads preset files strictly: an unknown key is refused with the nearest valid one. */
final class Presets {
    private static final List<String> BUNDLED =
            List.of("verse", "couplet", "free", "novel", "questions", "recipe", "professional", "code");
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Presets() {}

    /** The bundled ones, and after them those of directories; one with the id of a bundled one stands in its place. */
    static List<Preset> with(List<Path> directories) {
        Map<String, Preset> presets = new LinkedHashMap<>();
        for (String name : BUNDLED) {
            Preset preset = parse(name + ".yaml", resource("/presets/" + name + ".yaml"));
            presets.put(preset.id(), preset);
        }
        for (Path file : directories.stream().flatMap(Presets::files).toList()) {
            try {
                Preset preset = parse(file.toString(), Files.readString(file));
                presets.put(preset.id(), preset);
            } catch (IOException e) {
                throw new IllegalArgumentException(file + ": cannot be read (" + e.getMessage() + ")", e);
            }
        }
        return List.copyOf(presets.values());
    }

    private static Stream<Path> files(Path directory) {
        return Folders.list(directory).stream().filter(file -> file.toString().endsWith(".yaml"));
    }

    /**
     * Reads a preset.
     *
     * @param name what to call the file in messages
     * @throws IllegalArgumentException if it is no preset; the message names the file, the key and the remedy
     */
    static Preset parse(String name, String yaml) {
        try {
            return YAML.readValue(yaml, Preset.class);
        } catch (UnrecognizedPropertyException e) {
            List<String> known = new ArrayList<>();
            e.getKnownPropertyIds().forEach(id -> known.add(id.toString()));
            throw new IllegalArgumentException(
                    name + ", line " + line(yaml, e.getPropertyName()) + ": unknown key '" + path(e)
                            + "'; did you mean '"
                            + Names.nearest(e.getPropertyName(), known).get(0) + "'?",
                    e);
        } catch (JsonProcessingException e) {
            String key = e instanceof JsonMappingException mapping ? path(mapping) : "";
            throw new IllegalArgumentException(
                    where(name, e) + ": " + (key.isEmpty() ? "" : key + ": ")
                            + e.getOriginalMessage().lines().findFirst().orElse("not a preset"),
                    e);
        }
    }

    private static long line(String yaml, String key) {
        return 1 + yaml.lines().takeWhile(line -> !line.contains(key + ":")).count();
    }

    private static String where(String name, JsonProcessingException e) {
        return e.getLocation() == null
                ? name
                : name + ", line " + e.getLocation().getLineNr();
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> Objects.toString(step.getFieldName(), "[" + step.getIndex() + "]"))
                .collect(Collectors.joining("."));
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(Presets.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
