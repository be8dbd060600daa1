package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are nearly right get an answer or an error that says what is wrong, never a failure of the server: 2,000 of
 * them, or as many as {@code -Dmaliang.fuzz} says.
 */
class FuzzTest {

    private static final int CASES = Integer.getInteger("maliang.fuzz", 2_000);

    @TempDir
    private static Path directory;

    @Test
    void theServerOutlivesThemAll() {
        ServerOptions options =
                TestModels.options(TestModels.chat(directory)).within(Duration.ofMillis(500), Duration.ofSeconds(5));
        try (Server server = Server.start(options)) {
            Caller caller = new Caller(server);
            Map<Integer, AtomicInteger> answers = new ConcurrentSkipListMap<>();
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            IntStream.range(0, CASES).parallel().forEach(seed -> {
                try {
                    int status = status(caller, seed, new Mutations(seed).next());
                    answers.computeIfAbsent(status, any -> new AtomicInteger()).incrementAndGet();
                } catch (AssertionError | UncheckedIOException e) {
                    wrong.add("seed " + seed + ": " + e.getMessage());
                }
            });
            System.out.println("answers to " + CASES + " requests by status: " + answers);
            assertThat(wrong).isEmpty();
            assertThat(answers.get(200)).hasPositiveValue();
            assertThat(answers.get(400)).hasPositiveValue();
            assertThat(answers.get(200).get()).isGreaterThan(CASES / 20);
            Wire.await(
                    "nothing runs",
                    Duration.ofSeconds(5),
                    () -> server.model().load().running() == 0);
            assertThat(server.model().load().usedBlocks()).isZero();
            caller.post("/v1/completions", "{'prompt':'月','max_tokens':2}").expect(200);
        }
    }

    private static int status(Caller caller, int seed, Mutations.Case sent) {
        String what = "seed " + seed + ", " + sent.path() + " " + new String(sent.body(), StandardCharsets.UTF_8);
        Caller.Reply reply = caller.send("POST", sent.path(), sent.body());
        String shown = what + "\n" + reply.text();
        if (reply.status() != 200) {
            assertThat(reply.status()).as(shown).isIn(400, 404, 408, 413);
            JsonNode error = reply.json().path("error");
            assertThat(error.path("message").isTextual()).as(shown).isTrue();
            assertThat(error.path("type").isTextual()).as(shown).isTrue();
        } else if (reply.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
            List<JsonNode> events = Caller.events(reply.text());
            boolean told = events.get(events.size() - 1).has("error");
            assertThat(told || reply.text().endsWith("data: [DONE]\n\n"))
                    .as(shown)
                    .isTrue();
        } else {
            assertThat(reply.json().has("choices")
                            || reply.json().has("data")
                            || reply.json().findParents("response").size()
                                    == Math.max(
                                            1,
                                            reply.json().isArray()
                                                    ? reply.json().size()
                                                    : 1))
                    .as(shown)
                    .isTrue();
        }
        return reply.status();
    }
}
