package org.maliang.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON in requests and answers. */
public final class Json {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    static final String TYPE = "application/json; charset=utf-8";

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** An empty list. */
    public static ArrayNode list() {
        return MAPPER.createArrayNode();
    }

    /** A Java value as JSON. */
    public static JsonNode of(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** JSON as Java has it: strings, numbers, booleans, lists and maps of those. */
    public static Object plain(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }

    /**
     * The object that is the body of a request.
     *
     * @throws ApiException if it is anything else
     */
    public static ObjectNode body(Context context) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder() // stricter than Jackson
                    .decode(ByteBuffer.wrap(context.bodyAsBytes()))
                    .toString();
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw ApiException.badRequest("the body must be a JSON object: {…}");
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("the body is no JSON: " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw ApiException.badRequest("the body is no JSON: it is not in UTF-8");
        }
    }

    /** A file in YAML beside this class. */
    static JsonNode yaml(String name) {
        try (InputStream file = Json.class.getResourceAsStream(name)) {
            return new YAMLMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers with {@code node}. */
    public static void answer(Context context, JsonNode node) {
        context.contentType(TYPE).result(bytes(node));
    }
}
