package org.maliang.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.constraint.Grammar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What the text must be, character by character. */
final class ConstraintOptions {
    @ArgGroup
    private @Nullable Shape shape;

    private static final class Shape {
        @Option(
                names = "--regex",
                paramLabel = "REGEX",
                description = "Write a text that this expression matches as a whole, as [春夏秋冬]{4}.")
        private @Nullable String regex;

        @Option(
                names = "--choice",
                paramLabel = "TEXT",
                description = "Write exactly this, or one of those given in the same way.")
        private List<String> choices = new ArrayList<>();

        @Option(
                names = "--json-schema",
                paramLabel = "FILE",
                description = "Write JSON that this schema allows; what it may use is in docs/writing.md.")
        private @Nullable Path schema;

        @Option(names = "--json-text", description = "Write JSON, whatever it says.")
        private boolean json;
    }

    /**
     * What was asked for, if anything.
     *
     * @throws IllegalArgumentException if it cannot be understood
     */
    Optional<Grammar> grammar() {
        if (shape == null) {
            return Optional.empty();
        }
        if (shape.regex != null) {
            return Optional.of(Grammar.regex(shape.regex));
        }
        if (shape.schema != null) {
            return Optional.of(Grammar.jsonSchema(read(shape.schema)));
        }
        return Optional.of(shape.json ? Grammar.json() : Grammar.choice(shape.choices));
    }

    private static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage() + "; correct it", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
