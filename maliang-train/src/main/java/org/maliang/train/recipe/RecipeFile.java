package org.maliang.train.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The untyped side of a recipe: its tree, the line of each key, and what {@code --set} put over it. */
final class RecipeFile {
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .build())
            .build();

    private final String name;
    private final Path directory;
    private final ObjectNode tree;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> overridden = new HashSet<>();

    RecipeFile(String name, Path directory, String yaml) {
        this.name = name;
        this.directory = directory;
        try {
            var root = YAML.readTree(yaml);
            if (root instanceof ObjectNode object) {
                tree = object;
            } else if (root == null || root.isMissingNode() || root.isNull()) {
                tree = YAML.createObjectNode();
            } else {
                throw new RecipeException(name + ": not a recipe; it must hold keys such as out: and train:");
            }
            readLines(yaml);
        } catch (JsonProcessingException e) {
            throw new RecipeException(
                    name + ", line " + e.getLocation().getLineNr() + ": not valid YAML ("
                            + e.getOriginalMessage().lines().findFirst().orElse("") + ")",
                    e);
        } catch (IOException e) {
            throw new RecipeException(name + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    static RecipeFile read(Path file) {
        try {
            var directory = file.toAbsolutePath().normalize().getParent();
            return new RecipeFile(file.toString(), directory, Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new RecipeException(file + ": no such recipe", e);
        } catch (IOException e) {
            throw new RecipeException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private void readLines(String yaml) throws IOException {
        try (var parser = YAML.createParser(yaml)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readLines(parser, "");
            }
        }
    }

    private void readLines(JsonParser parser, String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = prefix + parser.currentName();
            lines.put(key, parser.currentTokenLocation().getLineNr());
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readLines(parser, key + ".");
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Puts {@code value}, written as YAML, under the dotted {@code key}. */
    void set(String key, String value) {
        var parts = key.split("\\.", -1);
        var node = tree;
        for (int i = 0; i < parts.length - 1; i++) {
            node = node.get(parts[i]) instanceof ObjectNode child ? child : node.putObject(parts[i]);
        }
        try {
            node.set(
                    parts[parts.length - 1],
                    value.isEmpty() ? YAML.getNodeFactory().textNode("") : YAML.readTree(value));
        } catch (JsonProcessingException e) {
            throw new RecipeException("--set " + key + "=" + value + ": the value is not valid YAML; quote it", e);
        }
        overridden.add(key);
    }

    Section root() {
        return new Section(this, "", tree);
    }

    ObjectNode tree() {
        return tree;
    }

    String toYaml() {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }

    /** Where a key stands, for messages. */
    String where(String key) {
        if (overridden.contains(key)) {
            return "--set " + key;
        }
        var line = lines.get(key);
        return line == null ? name : name + ", line " + line;
    }

    /** Relative paths start at the recipe file, those of {@code --set} in the working directory. */
    Path base(String key) {
        return overridden.contains(key) ? Path.of("").toAbsolutePath() : directory;
    }

    static boolean isPresent(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }
}
