package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.generate.GenerationOptions;

/** A model that writes about texts is served as well. */
class EncoderDecoderTest {

    private static final String COMPLETIONS = "/v1/completions";

    @TempDir
    private static Path directory;

    private static Server server;
    private static Caller caller;

    @BeforeAll
    static void start() {
        server = Server.start(
                TestModels.options(TestModels.encoderDecoder(directory)).taking(8, 2, 1 << 20));
        caller = new Caller(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ObjectNode text(int tokens) {
        return Caller.json("{'prompt':'明月','seed':1,'max_tokens':" + tokens + ",'min_tokens':" + tokens + "}");
    }

    @Test
    void writesAndStreams() {
        JsonNode whole =
                caller.post(COMPLETIONS, text(30).put("temperature", 1.5)).expect(200);
        GenerationOptions options = server.model()
                .writer()
                .defaults()
                .withMaxTokens(30)
                .withMinTokens(30)
                .withTemperature(1.5)
                .withSeed(1);
        String expected = server.model()
                .call(() -> server.model().writer().generator().write("明月", options))
                .get(0)
                .text();
        assertThat(whole.at("/choices/0/text").textValue()).isEqualTo(expected);
        List<JsonNode> events = caller.stream(COMPLETIONS, text(30).put("temperature", 1.5));
        assertThat(events).hasSizeGreaterThan(3);
        assertThat(Caller.text(events, 0)).isEqualTo(expected);
        List<JsonNode> beams = caller.stream(COMPLETIONS, text(8).put("beams", 2));
        assertThat(Caller.text(beams, 0))
                .isEqualTo(caller.post(COMPLETIONS, text(8).put("beams", 2))
                        .expect(200)
                        .at("/choices/0/text")
                        .textValue());
    }

    @Test
    void whatItCannotDoIsSaid() {
        caller.post("/v1/embeddings", "{'input':'明月'}").error(400, "serve a decoder");
        caller.post(COMPLETIONS, "{'prompt':'明','form':'五言绝句'}").error(400);
        assertThat(caller.post(COMPLETIONS, "{'prompt':'明','echo':true,'logprobs':1}")
                        .error(400, "scores no prompts")
                        .path("param")
                        .textValue())
                .isEqualTo("echo");
    }

    @Test
    void whoHangsUpFreesThePlace() {
        for (String more : List.of("", ",\"stream\":true")) {
            String body = text(100_000).toString().replaceFirst("}$", more + "}");
            Wire running = new Wire(server).send(Wire.post(COMPLETIONS, body));
            Wire.await(
                    "it runs",
                    Duration.ofSeconds(5),
                    () -> server.model().load().running() == 1);
            Wire second = new Wire(server).send(Wire.post(COMPLETIONS, body));
            Wire.await(
                    "two are there",
                    Duration.ofSeconds(5),
                    () -> server.model().load().running()
                                    + server.model().load().waiting()
                            == 2);
            Caller.Reply full = caller.post(COMPLETIONS, text(1));
            full.error(429);
            assertThat(full.headers().firstValue("Retry-After")).hasValue("1");
            running.close();
            Wire.await(
                    "one is there",
                    Duration.ofSeconds(5),
                    () -> server.model().load().running()
                                    + server.model().load().waiting()
                            == 1);
            second.close();
            Wire.await(
                    "nothing runs",
                    Duration.ofSeconds(5),
                    () -> server.model().load().running() == 0);
            caller.post(COMPLETIONS, text(1)).expect(200);
        }
    }
}
