package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who sends or reads slowly keeps nobody else waiting, and is left in the end. */
class SlowClientsTest {

    private static final String REQUEST =
            Wire.post("/v1/completions", "{\"prompt\":\"明\",\"max_tokens\":2" + " ".repeat(300) + "}");
    private static final int HEAD = REQUEST.indexOf("\r\n\r\n") + 4;

    @TempDir
    private static Path directory;

    @Test
    void hundredsThatDripKeepNobodyWaiting() {
        ServerOptions options =
                TestModels.options(TestModels.decoder(directory)).taking(8, 16, 16 << 20);
        try (Server server = Server.start(options)) {
            Caller caller = new Caller(server);
            caller.get("/health").expect(200);
            int threads = Thread.activeCount();
            List<Wire> heads = new ArrayList<>();
            List<Wire> bodies = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                heads.add(new Wire(server).send(REQUEST.substring(0, 10)));
                bodies.add(new Wire(server).send(REQUEST.substring(0, HEAD + 1)));
            }
            Duration longest = Duration.ZERO;
            for (int at = 1; at < 8; at++) {
                for (Wire head : heads) {
                    head.send(REQUEST.substring(9 + at, 10 + at));
                }
                bodies.removeIf(body -> refused(body));
                long begun = System.nanoTime();
                caller.get("/health").expect(200);
                caller.post("/v1/completions", "{'prompt':'月','max_tokens':1}").expect(200);
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                longest = took.compareTo(longest) > 0 ? took : longest;
                Wire.pause(50);
            }
            assertThat(longest).isLessThan(Duration.ofSeconds(2));
            assertThat(Thread.activeCount()).isLessThan(threads + 70); // as many as the server has, not one a client
            Wire.await("all bodies are left", Duration.ofSeconds(10), () -> {
                bodies.removeIf(body -> refused(body));
                Wire.pause(50);
                return bodies.isEmpty();
            });
            heads.get(0).send(REQUEST.substring(17));
            assertThat(heads.get(0).readAnswer()).startsWith("HTTP/1.1 200");
            heads.forEach(Wire::close);
        }
    }

    /** Sends one more byte; whether the server has had enough, and said so if a reset has not overtaken the words. */
    private static boolean refused(Wire wire) {
        try {
            wire.send(" ");
            if (wire.hasNothing()) {
                return false;
            }
            assertThat(wire.readToEnd()).startsWith("HTTP/1.1 408").contains("request_too_slow");
        } catch (UncheckedIOException e) {
            wire.close();
        }
        return true;
    }

    @Test
    void whoDoesNotReadKeepsNobodyWaiting() {
        ServerOptions options = TestModels.options(
                        directory.resolve("tiny").toFile().exists()
                                ? directory.resolve("tiny")
                                : TestModels.decoder(directory))
                .taking(8, 16, 16 << 20);
        try (Server server = Server.start(options)) {
            Caller caller = new Caller(server);
            List<Wire> deaf = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                deaf.add(
                        new Wire(server)
                                .send(
                                        Wire.post(
                                                "/v1/completions",
                                                "{\"prompt\":\"明\",\"max_tokens\":1500,\"min_tokens\":1500,\"stream\":true,\"logprobs\":20}")));
            }
            Wire.await(
                    "they run",
                    Duration.ofSeconds(5),
                    () -> server.model().load().running() == 4);
            caller.post("/v1/completions", "{'prompt':'月','max_tokens':20,'min_tokens':20}")
                    .expect(200);
            Wire.await(
                    "all is written",
                    Duration.ofSeconds(20),
                    () -> server.model().load().running() == 0);
            deaf.forEach(Wire::close);
        }
    }

    @Test
    void headsThatDoNotEndAreLeft() throws Exception {
        var http = new org.eclipse.jetty.server.Server();
        ServerConnector connector = new ServerConnector(http);
        connector.setHost("127.0.0.1");
        connector.addBean(new HeadDeadline(200, connector::getScheduler));
        http.addConnector(connector);
        http.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Source.consumeAll(
                        request,
                        Callback.from(
                                () -> response.write(true, ByteBuffer.wrap(new byte[] {'o', 'k'}), callback),
                                callback::failed));
                return true;
            }
        });
        http.start();
        try {
            String ask = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
            Wire patient = new Wire("127.0.0.1", connector.getLocalPort());
            Wire idle = new Wire("127.0.0.1", connector.getLocalPort());
            Wire slow = new Wire("127.0.0.1", connector.getLocalPort()).send(ask);
            slow.readTo("ok");
            boolean left = false;
            long begun = System.nanoTime();
            for (int i = 0; i < 60 && !left; i++) {
                patient.send(ask).readTo("ok");
                try {
                    slow.send(i == 0 ? "GET /" : "x");
                } catch (UncheckedIOException e) {
                    left = true;
                }
                Wire.pause(30);
            }
            assertThat(left).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(200), Duration.ofSeconds(3));
            idle.send(ask).readTo("ok");
            patient.close();
            idle.close();
        } finally {
            http.stop();
        }
    }
}
