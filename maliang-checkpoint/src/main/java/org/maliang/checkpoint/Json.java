package org.maliang.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Strict, bounded JSON for files from anywhere: no duplicate keys, shallow nesting, valid UTF-8. */
final class Json {
    /** Longest file read as a tree; configurations with 21,000 class labels have about 1 MB. */
    private static final long LONGEST_FILE = 4 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(factory(100))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Python writes NaN and Infinity into configurations.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Json() {}

    /** A factory whose parsers refuse what a hostile file could do harm with. */
    static JsonFactory factory(int nesting) {
        var limits = StreamReadConstraints.builder()
                .maxNestingDepth(nesting)
                .maxNumberLength(100)
                .maxStringLength(1 << 20)
                .build();
        return JsonFactory.builder()
                .streamReadConstraints(limits)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    static ObjectNode emptyObject() {
        return MAPPER.createObjectNode();
    }

    /** The object in a file. */
    static ObjectNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(file, "no such file", "check that this is a model directory");
        }
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw new CheckpointException(file, "is longer than 4 MB", "is this the right file?");
            }
            JsonNode node = MAPPER.readTree(text(Files.readAllBytes(file)));
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new CheckpointException(file, "is not a JSON object", "copy or download the file again");
        } catch (JsonProcessingException e) {
            throw invalid(file, e);
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    static CheckpointException invalid(Path file, JsonProcessingException cause) {
        return new CheckpointException(file, problem(cause), "copy or download the file again", cause);
    }

    /** Jackson's reason, short and without its own class names. */
    static String problem(JsonProcessingException cause) {
        if (cause instanceof StreamConstraintsException) {
            return "is nested too deeply or has a value that is too long";
        }
        String reason = cause.getOriginalMessage();
        return "is not valid JSON (" + (reason.length() <= 200 ? reason : reason.substring(0, 200) + "…") + ")";
    }

    /** Indented as Hugging Face does, with a final newline. */
    static byte[] pretty(JsonNode node) {
        var separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter(separators);
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return (string(node, printer) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] compact(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String string(JsonNode node, DefaultPrettyPrinter printer) {
        try {
            return MAPPER.writer(printer).writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }
}
