package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, for how long, and what happens when the server closes. */
class AdmissionTest extends OwnServerTests {

    private static final String COMPLETIONS = "/v1/completions";

    @TempDir
    private static Path directory;

    private static Path model;

    @BeforeAll
    static void save() {
        model = TestModels.decoder(directory);
    }

    private static ObjectNode text(int tokens) {
        return Caller.json("{'prompt':'明','seed':1,'max_tokens':" + tokens + ",'min_tokens':" + tokens + "}");
    }

    private Caller.Reply models(String... headers) {
        return caller.send("GET", "/v1/models", new byte[0], headers);
    }

    @Test
    void keysOpenTheApi() throws IOException {
        Path keys = Files.writeString(directory.resolve("keys"), "# ours\n  one  \nfew 3\n\n");
        start(TestModels.options(model).open(Optional.of(keys), List.of()));
        models("Authorization", "Bearer one").expect(200);
        models("Authorization", "bearer  one ").expect(200);
        for (String[] headers : new String[][] {
            {},
            {"Authorization", "Bearer"},
            {"Authorization", "Bearer two"},
            {"Authorization", "Basic one"},
            {"Authorization", "one"},
            {"Authorization", "Bearer #"},
            {"Authorization", "Bearer one two"}
        }) {
            Caller.Reply refused = models(headers);
            assertThat(refused.error(401, "API key").path("code").textValue()).isEqualTo("invalid_api_key");
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        for (String path : List.of(COMPLETIONS, "/v1/chat/completions", "/v1/embeddings")) {
            caller.post(path, "{}").error(401);
        }
        for (String path : List.of("/health", "/ready", "/metrics")) {
            assertThat(caller.get(path).status()).isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
            models("Authorization", "Bearer few").expect(200);
        }
        Caller.Reply often = models("Authorization", "Bearer few");
        assertThat(often.error(429, "too often").path("type").textValue()).isEqualTo("rate_limit_error");
        assertThat(Integer.parseInt(often.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 20);
        models("Authorization", "Bearer one").expect(200);
    }

    @Test
    void pagesOfOtherSitesMayNotAsk() {
        start(model);
        Caller.Reply reply = models("Origin", "https://example.org");
        assertThat(reply.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(preflight("https://example.org").headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void pagesOfSitesThatAreNamedMay() {
        start(TestModels.options(model)
                .open(Optional.empty(), List.of("https://example.org", "http://localhost:3000")));
        for (String origin : List.of("https://example.org", "http://localhost:3000")) {
            assertThat(models("Origin", origin).headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(origin);
            Caller.Reply preflight = preflight(origin);
            assertThat(preflight.status()).isEqualTo(200);
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(origin);
            assertThat(preflight
                            .headers()
                            .firstValue("Access-Control-Allow-Methods")
                            .orElse(""))
                    .contains("POST");
            assertThat(preflight
                            .headers()
                            .firstValue("Access-Control-Allow-Headers")
                            .orElse(""))
                    .containsIgnoringCase("authorization")
                    .containsIgnoringCase("content-type");
        }
        for (String other : List.of("https://evil.org", "http://example.org", "https://example.org.evil.org")) {
            Caller.Reply refused = caller.send(
                    "POST", COMPLETIONS, text(1).toString().getBytes(StandardCharsets.UTF_8), "Origin", other);
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    private Caller.Reply preflight(String origin) {
        return caller.send(
                "OPTIONS",
                COMPLETIONS,
                new byte[0],
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,content-type");
    }

    @Test
    void onlyThisMachineReachesIt() throws IOException {
        start(model);
        assertThat(server.address()).startsWith("http://127.0.0.1:");
        int port = URI.create(server.address()).getPort();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : network.inetAddresses().toList()) {
                if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                    try (Socket socket = new Socket()) {
                        assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, port), 1000))
                                .isInstanceOf(IOException.class);
                    }
                }
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() {
        start(model);
        int port = URI.create(server.address()).getPort();
        assertThatThrownBy(() -> Server.start(TestModels.options(model).at("127.0.0.1", port)))
                .hasMessageContaining(Integer.toString(port));
    }

    @Test
    void whatTakesTooLongEnds() {
        start(TestModels.options(model).within(Duration.ofMillis(300), Duration.ofSeconds(5)));
        assertThat(caller.post(COMPLETIONS, text(4000))
                        .error(408, "fewer tokens")
                        .path("code")
                        .textValue())
                .isEqualTo("timeout");
        Caller.Reply stream = caller.post(COMPLETIONS, text(4000).put("stream", true));
        assertThat(stream.status()).isEqualTo(200);
        List<JsonNode> events = Caller.events(stream.text());
        assertThat(events).hasSizeGreaterThan(2);
        assertThat(events.get(events.size() - 1).at("/error/code").textValue()).isEqualTo("timeout");
        assertThat(stream.text()).doesNotContain("[DONE]");
        Wire.await(
                "nothing runs",
                Duration.ofSeconds(1),
                () -> server.model().load().running() == 0);
        assertThat(server.model().load().usedBlocks()).isZero();
        caller.post(COMPLETIONS, text(2)).expect(200);
    }

    private CompletableFuture<Caller.Reply> begin(ObjectNode body) {
        CompletableFuture<Caller.Reply> reply =
                CompletableFuture.supplyAsync(() -> new Caller(server).post(COMPLETIONS, body));
        Wire.await("it runs", Duration.ofSeconds(5), () -> server.model().load().running() > 0);
        return reply;
    }

    @Test
    void closingLetsThoseInsideFinish() {
        start(TestModels.options(model).within(Duration.ofSeconds(60), Duration.ofSeconds(30)));
        caller.get("/ready").expect(200);
        CompletableFuture<Caller.Reply> whole = begin(text(800));
        CompletableFuture<Caller.Reply> stream = begin(text(800).put("stream", true));
        Wire.await(
                "both run", Duration.ofSeconds(5), () -> server.model().load().running() == 2);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        Wire.await(
                "it closes", Duration.ofSeconds(5), () -> caller.get("/ready").status() == 503);
        caller.post(COMPLETIONS, text(1)).error(503, "about to stop");
        assertThat(caller.get("/health").status()).isEqualTo(200);
        assertThat(whole.join().expect(200).at("/usage/completion_tokens").intValue())
                .isEqualTo(800);
        assertThat(stream.join().text()).endsWith("data: [DONE]\n\n");
        closed.join();
        server = null;
        assertThatThrownBy(() -> caller.get("/health")).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void whenTheGraceIsOverTheyAreToldSo() {
        start(TestModels.options(model).within(Duration.ofSeconds(60), Duration.ofMillis(50)));
        CompletableFuture<Caller.Reply> whole = begin(text(4000));
        CompletableFuture<Caller.Reply> stream = begin(text(4000).put("stream", true));
        Wire.await(
                "both run", Duration.ofSeconds(5), () -> server.model().load().running() == 2);
        server.close();
        server = null;
        whole.join().error(503, "about to stop");
        List<JsonNode> events = Caller.events(stream.join().text());
        assertThat(events.get(events.size() - 1).at("/error/code").textValue()).isEqualTo("shutting_down");
    }

    @Test
    void closingTwiceDoesNothing() {
        start(model);
        server.close();
    }
}
