package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.tensor.Tensor;

/** Who hangs up costs nothing more; who only waits is served. */
class DeparturesTest {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final String LONG = "{\"prompt\":\"明\",\"max_tokens\":4000,\"min_tokens\":4000,\"seed\":1";

    @TempDir
    private static Path directory;

    private Server server;

    private Server start(int parallel, int queue) {
        Path model = directory.resolve("tiny");
        server = Server.start(TestModels.options(model.toFile().exists() ? model : TestModels.decoder(directory))
                .taking(parallel, queue, 64 << 20)
                .within(Duration.ofSeconds(60), Duration.ofMillis(200)));
        return server;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void awaitRunning(int texts) {
        Wire.await(texts + " texts running", SOON, () -> server.model().load().running() == texts);
    }

    private void awaitWaiting(int requests) {
        Wire.await(
                requests + " requests waiting",
                SOON,
                () -> server.model().load().waiting() == requests);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"}", ",\"stream\":true}", ",\"n\":3}", ",\"best_of\":3}", ",\"logprobs\":1,\"stream\":true}"})
    void whoHangsUpFreesItsPlaceAtOnce(String end) {
        start(8, 64);
        for (boolean reset : new boolean[] {false, true}) {
            long before = server.model().load().written();
            Wire wire = new Wire(server).send(Wire.post("/v1/completions", LONG + end));
            Wire.await("it is written", SOON, () -> server.model().load().written() > before + 20);
            if (reset) {
                wire.reset();
            } else {
                wire.close();
            }
            awaitRunning(0);
            assertThat(server.model().load().written() - before).isLessThan(4000);
            assertThat(server.model().load().usedBlocks()).isZero();
        }
    }

    @Test
    void severalPromptsLeaveTogether() {
        start(8, 64);
        Wire wire = new Wire(server).send(Wire.post("/v1/completions", LONG.replace("\"明\"", "[\"明\",\"月\"]") + "}"));
        awaitRunning(2);
        wire.close();
        awaitRunning(0);
    }

    /** Of which nothing is heard before the end. */
    @Test
    void searchesAreGivenUp() {
        start(8, 64);
        Caller caller = new Caller(server);
        for (String search : new String[] {",\"beams\":4", ",\"penalty_alpha\":0.5,\"top_k\":4"}) {
            Wire wire = new Wire(server).send(Wire.post("/v1/completions", LONG + search + "}"));
            Wire.pause(200);
            wire.close();
            long begun = System.nanoTime();
            caller.post("/v1/completions", "{'prompt':'月','max_tokens':1}").expect(200);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
        }
        CompletableFuture<Caller.Reply> running = CompletableFuture.supplyAsync(
                () -> caller.post("/v1/completions", Caller.json(LONG + ",\"beams\":4}")));
        Wire.pause(200);
        long begun = System.nanoTime();
        server.close();
        running.join().error(503, "about to stop");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
    }

    @Test
    void aBodyMayComeLaterAndInPieces() {
        start(8, 64);
        String request = Wire.post("/v1/completions", LONG + "}");
        try (Wire wire = new Wire(server)) {
            for (int at = 0; at < request.length(); at += 30) {
                wire.send(request.substring(at, Math.min(at + 30, request.length())));
                Wire.pause(30);
            }
            awaitRunning(1);
        }
        awaitRunning(0);
    }

    @Test
    void whoHangsUpWhileWaitingLeavesTheQueue() {
        start(1, 2);
        Caller caller = new Caller(server);
        try (Wire running = new Wire(server).send(Wire.post("/v1/completions", LONG + "}"))) {
            awaitRunning(1);
            Wire waiting = new Wire(server).send(Wire.post("/v1/completions", LONG + "}"));
            awaitWaiting(1);
            Caller.Reply full = caller.post("/v1/completions", "{'prompt':'月','max_tokens':1}");
            full.error(429, "try again");
            assertThat(full.headers().firstValue("Retry-After")).hasValue("1");
            waiting.close();
            awaitWaiting(0);
            assertThat(server.model().load().running()).isEqualTo(1);
        }
        caller.post("/v1/completions", "{'prompt':'月','max_tokens':1}").expect(200);
    }

    @Test
    void oneConnectionAsksOneThingAfterTheOther() {
        start(8, 64);
        try (Wire wire = new Wire(server)) {
            for (int i = 0; i < 20; i++) {
                String body = "{\"prompt\":\"明\",\"max_tokens\":" + (1 + i) + ",\"min_tokens\":" + (1 + i) + "}";
                String answer = wire.send(Wire.post("/v1/completions", body)).readAnswer();
                assertThat(answer).startsWith("HTTP/1.1 200").contains("\"completion_tokens\":" + (1 + i));
                String stream = wire.send(Wire.post("/v1/completions", body.replace("}", ",\"stream\":true}")))
                        .readTo("\r\n0\r\n\r\n");
                assertThat(stream).contains("data: [DONE]");
            }
        }
    }

    @Test
    void requestsMayBeSentBeforeAnswersCome() {
        start(8, 64);
        try (Wire wire = new Wire(server)) {
            StringBuilder all = new StringBuilder();
            for (int i = 1; i <= 10; i++) {
                all.append(Wire.post(
                        "/v1/completions", "{\"prompt\":\"明\",\"max_tokens\":" + i + ",\"min_tokens\":" + i + "}"));
            }
            wire.send(all.toString());
            for (int i = 1; i <= 10; i++) {
                assertThat(wire.readAnswer()).contains("\"completion_tokens\":" + i);
            }
        }
    }

    /** Some before they have asked, some in the middle of it, some waiting, some while they are answered. */
    @Test
    void aThousandVanishAndNothingIsLeft() {
        start(8, 64);
        Caller caller = new Caller(server);
        String request = Wire.post("/v1/completions", LONG + ",\"stream\":true}");
        vanish(request, 60); // so that pools have their size
        long bytes = bytesAtRest();
        int threads = Thread.activeCount();
        vanish(request, 1000);
        assertThat(bytesAtRest()).isEqualTo(bytes);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 8);
        caller.post("/v1/completions", "{'prompt':'月','max_tokens':1}").expect(200);
    }

    private void vanish(String request, int clients) {
        for (int i = 0; i < clients; i++) {
            Wire wire = new Wire(server);
            int part = i % 6;
            if (part > 0) {
                wire.send(part == 1 ? request.substring(0, i % request.length()) : request);
            }
            if (part == 4) {
                wire.readTo("data: ");
            }
            if (part % 2 == 0) {
                wire.reset();
            } else {
                wire.close();
            }
        }
    }

    /** What is alive once the server has done nothing for a while: who vanished last may only now be heard. */
    private long bytesAtRest() {
        long bytes = Tensor.liveBytes();
        for (int looks = 0; looks < 100; looks++) {
            Wire.await("nothing to do", Duration.ofSeconds(20), this::nothingToDo);
            Wire.pause(5);
            long now = Tensor.liveBytes();
            if (now != bytes) {
                bytes = now;
                looks = 0;
            }
        }
        return bytes;
    }

    private boolean nothingToDo() {
        var load = server.model().load();
        return load.running() == 0 && load.waiting() == 0 && load.usedBlocks() == 0;
    }
}
