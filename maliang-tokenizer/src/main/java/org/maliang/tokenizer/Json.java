package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** JSON files that may be there or not. */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode typed(String type) {
        return object().put("type", type);
    }

    /** The object in a file. */
    static ObjectNode read(Path file) {
        return parse(TextFile.read(file), file);
    }

    static ObjectNode parse(String text, Path file) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw TextFile.unreadable(file, "it is not a JSON object");
        } catch (JsonProcessingException e) {
            throw TextFile.unreadable(file, e);
        }
    }

    /** As files have it: indented, with a line break at the end. */
    static byte[] pretty(JsonNode node) {
        var printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try {
            return (MAPPER.writer(printer).writeValueAsString(node) + "\n").getBytes(UTF_8);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static TokenizerException unwritable(IOException e) {
        return new TokenizerException("tokenizer: cannot be written as JSON: " + Text.firstLine(e.getMessage()), e);
    }
}
