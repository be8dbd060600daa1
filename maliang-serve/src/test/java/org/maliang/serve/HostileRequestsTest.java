package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer says what was wrong, and the next request is answered. */
class HostileRequestsTest extends ChatServerTests {

    private static final String COMPLETIONS = "/v1/completions";

    @AfterEach
    void othersAreAnswered() {
        caller.post(COMPLETIONS, "{'prompt':'月','max_tokens':2}").expect(200);
        Wire.await(
                "nothing runs",
                Duration.ofSeconds(2),
                () -> server.model().load().running() == 0);
    }

    private static Caller.Reply post(String body) {
        return caller.send("POST", COMPLETIONS, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "null",
                "7",
                "\"text\"",
                "[]",
                "{} {}",
                "{}x",
                "{prompt:1}",
                "{'prompt':'x'}",
                "{\"prompt\":\"x\",}",
                "{\"prompt\":\"\u0001\"}",
                "{\"prompt\":\"\\ud8\"}",
                "<xml/>",
                "{\"prompt\":\"x\",\"temperature\":NaN}",
                "{\"prompt\":\"x\",\"temperature\":01}",
                "\uFEFF"
            })
    void whatIsNoObjectIsRefused(String body) {
        assertThat(post(body).error(400, "body").path("type").textValue()).isEqualTo("invalid_request_error");
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        for (int[] wrong :
                new int[][] {{0xff}, {0xc0, 0x80}, {0xe6, 0x98}, {0xed, 0xa0, 0x80}, {0xf5, 0x80, 0x80, 0x80}}) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes("{\"prompt\":\"".getBytes(StandardCharsets.US_ASCII));
            for (int one : wrong) {
                body.write(one);
            }
            body.writeBytes("\",\"max_tokens\":1}".getBytes(StandardCharsets.US_ASCII));
            caller.send("POST", COMPLETIONS, body.toByteArray()).error(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\":\"\\ud800\",\"max_tokens\":1}",
                "{\"prompt\":\"\\udc00x\",\"max_tokens\":1,\"echo\":true}",
                "{\"prompt\":\"x\",\"max_tokens\":1,\"model\":\"\\ud800\"}",
                "{\"prompt\":\"x\",\"max_tokens\":1,\"\\ud800\":1}",
                "{\"prompt\":\"x\",\"max_tokens\":1,\"choice\":[\"\\ud800\"]}",
                "{\"prompt\":\"x\",\"max_tokens\":1,\"regex\":\"\\ud800\"}",
                "{\"prompt\":\"x\",\"max_tokens\":1,\"form\":\"\\ud800\"}",
                "{\"prompt\":\"\\ud800\",\"form\":\"五言绝句\"}",
                "{\"prompt\":\"x\",\"form\":\"五言绝句\",\"acrostic\":\"\\ud800\"}",
                "{\"prompt\":\"x\",\"max_tokens\":1,\"json_schema\":{\"const\":\"\\ud800\"}}"
            })
    void halvesOfCharactersAreRefused(String body) {
        Caller.Reply reply = post(body);
        assertThat(reply.status()).as(reply.text()).isIn(400, 404);
        reply.error(reply.status());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 100_000, 600_000})
    void nestingIsNoTrouble(int depth) {
        for (String open : List.of("[", "{\"a\":")) {
            String close = open.equals("[") ? "]" : "}";
            String deep = open.repeat(depth) + (open.equals("[") ? "" : "1") + close.repeat(depth);
            for (String field :
                    List.of("prompt", "json_schema", "stop", "response_format", "logit_bias", "metadata2")) {
                post("{\"" + field + "\":" + deep + "}").error(400);
            }
            post(deep).error(400);
        }
    }

    @Test
    void nestedPatternsAndSchemasAreNoTrouble() {
        for (int depth : new int[] {50, 2_000, 50_000}) {
            Caller.Reply regex = post("{\"prompt\":\"x\",\"max_tokens\":3,\"regex\":\"" + "(".repeat(depth) + "a"
                    + ")".repeat(depth) + "\"}");
            assertThat(regex.status()).as(regex.text()).isIn(200, 400);
        }
        StringBuilder schema = new StringBuilder("{\"const\":1}");
        for (int i = 0; i < 300; i++) {
            schema.insert(0, "{\"type\":\"array\",\"items\":").append('}');
        }
        Caller.Reply deep = post("{\"prompt\":\"x\",\"max_tokens\":3,\"json_schema\":" + schema + "}");
        assertThat(deep.status()).as(deep.text()).isIn(200, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{1000000000}",
                "(a{1000}){1000}",
                "((a{100}){100}){100}",
                "(a|b|c|d){1,100000}",
                "(a*)*b",
                "(a|aa)*(a|aa)*(a|aa)*c",
                "[\\\\u0000-\\\\uffff]{9999}",
                ".{0,65535}.{0,65535}"
            })
    void patternsThatExplodeAreRefusedOrHeld(String pattern) {
        Caller.Reply reply = post("{\"prompt\":\"x\",\"max_tokens\":3,\"regex\":\"" + pattern + "\"}");
        assertThat(reply.status()).as(reply.text()).isIn(200, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"max_tokens\":1e300",
                "\"max_tokens\":99999999999999999999999999",
                "\"seed\":1e400",
                "\"temperature\":123456789012345678901234567890e30",
                "\"top_k\":2147483648",
                "\"n\":-0.0",
                "\"prompt\":[99999999999]",
                "\"logit_bias\":{\"99999999999999\":1}",
                "\"logit_bias\":{\"1\":1e999}"
            })
    void numbersMayBeHuge(String field) {
        post("{\"prompt\":\"x\"," + field + "}").error(400);
        post("{\"prompt\":\"x\",\"seed\":" + "9".repeat(100_000) + "}").error(400);
    }

    @Test
    void longTextsAreRead() {
        JsonNode answer = post("{\"max_tokens\":2,\"prompt\":\"" + "明月".repeat(500_000) + "\"}")
                .expect(200);
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(1_000_000);
    }

    @Test
    void largeBodiesAreRefusedAtOnce() {
        String large = "{\"prompt\":\"" + "x".repeat(10 << 20) + "\"}";
        try (Wire wire = new Wire(server)) {
            wire.send("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + large.length() + "\r\n\r\n");
            String answer = wire.readToEnd(); // before a byte of the body was sent
            assertThat(answer).startsWith("HTTP/1.1 413").contains("request_too_large", "application/json");
        }
        try (Wire wire = new Wire(server)) {
            wire.send("POST /v1/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            int sent = 0;
            try {
                for (; sent < 160; sent++) {
                    wire.send(chunk);
                }
            } catch (UncheckedIOException e) {
                assertThat(sent).isGreaterThan(63);
            }
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 413").contains("request_too_large");
        }
        try (Wire wire =
                new Wire(server)) { // waits for leave to send: an answer may get lost beside a body that nobody reads
            wire.send("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + ((4 << 20) + 13)
                    + "\r\nExpect: 100-continue\r\n\r\n");
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 413").contains("4194304");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/completions,405",
        "PUT,/v1/completions,405",
        "DELETE,/v1/completions,405",
        "PATCH,/v1/chat/completions,405",
        "POST,/v1/models,405",
        "POST,/health,405",
        "GET,/v1/nothing,404",
        "POST,/v1/completions/x,404",
        "POST,/,405",
        "GET,/v1/../../etc/passwd,400",
        "GET,/%2e%2e/etc/passwd,400",
        "GET,/v1/models/other,404",
        "GET,/v1/models/%E6%98%A5,404",
        "BREW,/v1/completions,405"
    })
    void wrongPathsAndMethodsAreNamed(String method, String path, int status) {
        try (Wire wire = new Wire(server)) {
            String answer = wire.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
                    .readAnswer();
            assertThat(answer).startsWith("HTTP/1.1 " + status);
            assertThat(answer.substring(answer.indexOf("\r\n\r\n"))).contains("\"error\"", "\"message\"");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GARBAGE                                                     | 400
                    POST /v1/completions HTTP/1.1                               | 400
                    POST /v1/completions HTTP/9.9;Host: x                       | 505
                    POST /v1/completions HTTP/1.1;Host: x;Content-Length: -5    | 400
                    POST /v1/completions HTTP/1.1;Host: x;Content-Length: 5;Content-Length: 6 | 400
                    POST /v1/completions HTTP/1.1;Host: x;Content-Length: 4;Transfer-Encoding: chunked | 400
                    GET /%zz HTTP/1.1;Host: x                                   | 400
                    """)
    void whatIsNoHttpIsRefused(String head, int status) {
        try (Wire wire = new Wire(server)) {
            String answer =
                    wire.send(head.strip().replace(";", "\r\n") + "\r\n\r\n").readToEnd();
            assertThat(answer).startsWith("HTTP/1.1 " + status).contains("\"error\"", "\"message\"");
        }
    }

    @Test
    void headsMayNotBeEndless() {
        for (String head : List.of(
                "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(100_000) + "\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(20_000) + "\r\n")) {
            try (Wire wire = new Wire(server)) {
                String answer = wire.send(head).readTo("\r\n");
                assertThat(answer).containsAnyOf("414", "431");
            }
        }
    }

    @Test
    void headersSayNothingWrong() {
        Caller.Reply reply = caller.get("/health");
        assertThat(reply.headers().firstValue("Server")).isEmpty();
        assertThat(reply.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    }
}
