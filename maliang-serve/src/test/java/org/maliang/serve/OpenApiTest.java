package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The description of the API and the API say the same. */
class OpenApiTest extends ChatServerTests {

    private static JsonNode description;

    @BeforeAll
    static void read() {
        description = caller.get("/openapi.json").expect(200);
    }

    @Test
    void describesAllRoutesAndNoOthers() {
        Set<String> described = new TreeSet<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        List<String> api = server.routes().stream()
                .filter(route ->
                        !route.matches("\\w+ /(studio/.*|assets/.*|.*\\.html|.*\\*.*|)")) // pages are for people
                .toList();
        assertThat(described).hasSizeGreaterThanOrEqualTo(11).containsExactlyInAnyOrderElementsOf(api);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<JsonNode> references = description.findValues("$ref");
        assertThat(references)
                .hasSizeGreaterThan(20)
                .allSatisfy(reference -> assertThat(description
                                .at(reference.textValue().substring(1))
                                .isMissingNode())
                        .isFalse());
        assertThat(description.path("openapi").textValue()).isEqualTo("3.1.0");
    }

    /** Every word in the compiled code is tried as a field: accepted are exactly those that are described. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    /v1/completions      | CompletionRequest | ""                   | {'prompt':'明','max_tokens':1,'stream':true}
                    /v1/chat/completions | ChatRequest       | ""                   | {'messages':[{'role':'user','content':'明'}],'max_tokens':1}
                    /v1/embeddings       | EmbeddingRequest  | ""                   | {'input':'明'}
                    /call                | CallRequest       | ""                   | {'input':'明','parameters':{'max_tokens':1}}
                    /call                | CallRequest       | /parameters          | {'input':'明','parameters':{'max_tokens':1}}
                    /v1/completions      | CompletionRequest | /stream_options      | {'prompt':'明','max_tokens':1,'stream':true,'stream_options':{}}
                    /v1/completions      | CompletionRequest | /response_format     | {'prompt':'明','max_tokens':1,'response_format':{'type':'json_schema'}}
                    /v1/completions      | CompletionRequest | /response_format/json_schema | {'prompt':'明','max_tokens':1,'response_format':{'type':'json_schema','json_schema':{}}}
                    /v1/chat/completions | ChatRequest       | /messages/0          | {'max_tokens':1,'messages':[{'role':'user','content':'明'}]}
                    """)
    void describesAllFieldsAndNoOthers(String path, String schema, String place, String request) throws IOException {
        Set<String> accepted = new TreeSet<>();
        for (String word : words()) {
            ObjectNode body = Caller.json(request);
            ((ObjectNode) body.at(place)).putNull(word);
            String answer = caller.post(path, body).text();
            if (!answer.contains("unknown field")) {
                accepted.add(word);
            }
        }
        Set<String> described = new TreeSet<>();
        collect(description.at("/components/schemas/" + schema), place, described);
        assertThat(accepted).isEqualTo(described);
    }

    /** The names of properties, also of what the schema is made of. */
    private static void collect(JsonNode schema, String place, Set<String> names) {
        if (schema.has("$ref")) {
            collect(description.at(schema.path("$ref").textValue().substring(1)), place, names);
        }
        schema.path("allOf").forEach(part -> collect(part, place, names));
        if (place.isEmpty()) {
            schema.path("properties").fieldNames().forEachRemaining(names::add);
        } else {
            String name = place.split("/")[1];
            String rest = place.substring(name.length() + 1);
            JsonNode inner = name.equals("0")
                    ? schema.path("items")
                    : schema.path("properties").path(name);
            collect(inner, rest, names);
        }
    }

    /** All texts in the classes that read requests that could be names of fields. */
    private static Set<String> words() throws IOException {
        Set<String> words = new TreeSet<>();
        for (String part : List.of("openai", "request", "task")) {
            try (Stream<Path> files = Files.list(Path.of("target/classes/org/maliang/serve", part))) {
                files.forEach(file -> words.addAll(constants(file)));
            }
        }
        assertThat(words).contains("prompt", "messages", "input", "temperature");
        words.removeIf(word -> !word.matches("[a-z][a-z0-9_]*"));
        return words;
    }

    /** The texts in the constant pool of a class file (The Java Virtual Machine Specification, 4.4). */
    private static List<String> constants(Path file) {
        List<String> texts = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.skipNBytes(8);
            int count = in.readUnsignedShort();
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> texts.add(in.readUTF());
                    case 5, 6 -> {
                        in.skipNBytes(8);
                        i++; // longs and doubles take two places
                    }
                    case 15 -> in.skipNBytes(3);
                    case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                    default -> in.skipNBytes(4);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    /** What is described as bounded is bounded so: one step further is refused. */
    @Test
    void boundsAreThoseThatAreDescribed() {
        JsonNode properties = description.at("/components/schemas/Parameters/properties");
        int tried = 0;
        for (var field : properties.properties()) {
            for (String bound : List.of("minimum", "maximum", "exclusiveMinimum")) {
                JsonNode value = field.getValue().path(bound);
                if (value.isNumber()) {
                    double beyond =
                            value.doubleValue() + (bound.equals("maximum") ? 1 : bound.equals("minimum") ? -1 : 0);
                    ObjectNode body = Caller.json("{'prompt':'明','max_tokens':1}");
                    if (field.getValue().path("type").asText().equals("integer")) {
                        body.put(field.getKey(), (long) beyond);
                    } else {
                        body.put(field.getKey(), beyond);
                    }
                    JsonNode error = caller.post("/v1/completions", body).error(400);
                    assertThat(error.path("param").asText()).isEqualTo(field.getKey());
                    tried++;
                }
            }
        }
        assertThat(tried).isGreaterThan(25);
    }
}
