package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to a model that reads keep to the same bounds as those to one that writes. */
class TaskAdmissionTest extends OwnServerTests {

    private static final String CALL = "/call";
    private static final String BODY = "{\"input\":\"明月\"}";

    @TempDir
    private static Path directory;

    private static Path model;
    private final CountDownLatch latch = new CountDownLatch(1);

    @BeforeAll
    static void save() {
        model = TestModels.bert(directory, "BertForSequenceClassification", "bad", "good");
    }

    @AfterEach
    void letGo() { // before the server is closed
        latch.countDown();
    }

    /** Keeps the model's thread busy until the latch opens, or somebody interrupts it. */
    private CompletableFuture<Boolean> occupy() {
        CompletableFuture<Boolean> done =
                CompletableFuture.supplyAsync(() -> server.model().call(() -> {
                    try {
                        latch.await();
                        return true;
                    } catch (InterruptedException e) {
                        return false;
                    }
                }));
        awaitLoad(1, 0);
        return done;
    }

    private void awaitLoad(int running, int waiting) {
        Wire.await(
                running + " runs, " + waiting + " wait",
                Duration.ofSeconds(5),
                () -> server.model().load().running() == running
                        && server.model().load().waiting() == waiting);
    }

    @Test
    void keysOpenBothRoutes() throws IOException {
        Path keys = Files.writeString(directory.resolve("keys"), "few 2\n");
        start(TestModels.options(model).open(Optional.of(keys), List.of()));
        caller.get("/describe").error(401, "API key");
        caller.post(CALL, "{'input':'明'}").error(401, "API key");
        String[] key = {"Authorization", "Bearer few"};
        caller.send("GET", "/describe", new byte[0], key).expect(200);
        caller.send("POST", CALL, BODY.getBytes(StandardCharsets.UTF_8), key).expect(200);
        caller.send("POST", CALL, BODY.getBytes(StandardCharsets.UTF_8), key).error(429, "too often");
    }

    @Test
    void theQueueIsBoundedAndWhoHangsUpLeavesIt() {
        start(TestModels.options(model).taking(8, 2, 1 << 20));
        CompletableFuture<Boolean> busy = occupy();
        Wire first = new Wire(server).send(Wire.post(CALL, BODY));
        awaitLoad(1, 1);
        Wire second = new Wire(server).send(Wire.post(CALL, BODY));
        awaitLoad(1, 2);
        Caller.Reply full = caller.post(CALL, "{'input':'明'}");
        full.error(429, "try again");
        assertThat(full.headers().firstValue("Retry-After")).hasValue("1");
        first.close();
        awaitLoad(1, 1);
        latch.countDown();
        assertThat(second.readAnswer()).startsWith("HTTP/1.1 200").contains("\"labels\"");
        assertThat(busy.join()).isTrue();
        caller.post(CALL, "{'input':'明'}").expect(200);
    }

    @Test
    void whatTakesTooLongEnds() {
        start(TestModels.options(model).within(Duration.ofMillis(300), Duration.ofSeconds(5)));
        CompletableFuture<Boolean> busy = occupy();
        caller.post(CALL, "{'input':'明'}").error(408, "send less at once");
        awaitLoad(1, 0);
        latch.countDown();
        assertThat(busy.join()).isTrue();
        caller.post(CALL, "{'input':'明'}").expect(200);
    }

    @Test
    void whatRunsForNobodyIsInterrupted() {
        start(model);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<?> call = CompletableFuture.supplyAsync(() -> server.model()
                .call(
                        () -> {
                            begun.complete(null);
                            try {
                                latch.await();
                                return interrupted.complete(false);
                            } catch (InterruptedException e) {
                                return interrupted.complete(true);
                            }
                        },
                        gone));
        begun.join();
        gone.complete(null);
        assertThatThrownBy(call::join).hasCauseInstanceOf(CancellationException.class);
        assertThat(interrupted.join()).isTrue();
        caller.post(CALL, "{'input':'明'}").expect(200);
    }

    /** After the grace, who waits is told, and what runs is interrupted. */
    @Test
    void closingGivesUpWhatIsNotFinished() {
        start(TestModels.options(model).within(Duration.ofSeconds(60), Duration.ofMillis(50)));
        CompletableFuture<Boolean> busy = occupy();
        CompletableFuture<Caller.Reply> waiting =
                CompletableFuture.supplyAsync(() -> new Caller(server).post(CALL, "{'input':'明'}"));
        awaitLoad(1, 1);
        server.close();
        waiting.join().error(503, "about to stop");
        assertThat(busy.join()).as("it was interrupted").isFalse();
    }
}
