package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a server, by nothing but HTTP. */
public final class Caller {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static { // shorter than the server keeps idle connections: else a request may be sent into one that is being closed
        System.setProperty("jdk.httpclient.keepalive.timeout", "20"); // seconds
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final String address;

    public Caller(Server server) {
        this.address = server.address();
    }

    /** What came back. */
    public record Reply(int status, HttpHeaders headers, String text) {

        /** What came back is an object with this status. */
        public JsonNode expect(int expected) {
            assertThat(status).as(text).isEqualTo(expected);
            return json();
        }

        public JsonNode json() {
            return parse(text);
        }

        /** It is an error in OpenAI's form, and its message says this. */
        public JsonNode error(int expected, String... words) {
            JsonNode error = expect(expected).path("error");
            assertThat(error.path("type").isTextual()).as(text).isTrue();
            assertThat(error.path("code").isTextual()).as(text).isTrue();
            assertThat(error.has("param")).as(text).isTrue();
            assertThat(error.path("message").textValue()).isNotBlank();
            for (String word : words) {
                assertThat(error.path("message").textValue()).contains(word);
            }
            return error;
        }
    }

    /** Reads JSON with single quotes. */
    public static ObjectNode json(String text) {
        return (ObjectNode) parse(text.replace('\'', '"'));
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** Posts JSON with single quotes. */
    public Reply post(String path, String json) {
        return post(path, json(json));
    }

    public Reply post(String path, ObjectNode body) {
        return send("POST", path, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    public Reply get(String path) {
        return send("GET", path, new byte[0]);
    }

    /** Sends any bytes by any method, with headers as name, value, name, value. */
    public Reply send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    public Reply send(HttpRequest request) {
        try {
            var response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Reply(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks for the same as a stream: its events, which end as they must. */
    public List<JsonNode> stream(String path, ObjectNode body) {
        Reply reply = post(path, body.deepCopy().put("stream", true));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        List<JsonNode> events = events(reply.text());
        assertThat(reply.text()).endsWith("data: [DONE]\n\n");
        return events;
    }

    /** The events of a stream before the one that says that all is done. */
    public static List<JsonNode> events(String stream) {
        List<JsonNode> events = new ArrayList<>();
        for (String event : stream.split("\n\n")) {
            assertThat(event).startsWith("data: ");
            if (!event.equals("data: [DONE]")) {
                events.add(parse(event.substring("data: ".length())));
            }
        }
        return events;
    }

    /** All that pieces of one choice say. */
    public static String text(List<JsonNode> events, int index) {
        StringBuilder text = new StringBuilder();
        for (JsonNode event : events) {
            for (JsonNode choice : event.path("choices")) {
                if (choice.path("index").intValue() == index) {
                    text.append(choice.path("text").asText(""))
                            .append(choice.path("delta").path("content").asText(""));
                }
            }
        }
        return text.toString();
    }
}
