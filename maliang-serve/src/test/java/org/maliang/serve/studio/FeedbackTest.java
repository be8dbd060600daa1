package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.serve.ApiException;

class FeedbackTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void choosePlace() {
        file = directory.resolve("feedback.jsonl");
    }

    private static ObjectNode said(String text) {
        ObjectNode said =
                JSON.createObjectNode().put("prompt", "江南春").put("text", text).put("verdict", "up");
        said.putObject("options").put("seed", 7);
        return said;
    }

    @Test
    void keepsAnObjectALine() throws Exception {
        new Feedback(file, 1 << 20).add("poet", said("一行\n两行"));
        JsonNode line = JSON.readTree(Files.readAllLines(file).get(0));
        assertThat(line.path("model").asText()).isEqualTo("poet");
        assertThat(line.path("text").asText()).isEqualTo("一行\n两行");
        assertThat(line.path("options").path("seed").asInt()).isEqualTo(7);
        assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    }

    @Test
    void keepsLinesWholeThoughManyWrite() throws Exception {
        Feedback feedback = new Feedback(file, 1 << 24);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread writer = new Thread(() -> {
                for (int j = 0; j < 50; j++) {
                    feedback.add("poet", said("春".repeat(500)));
                }
            });
            writers.add(writer);
            writer.start();
        }
        for (Thread writer : writers) {
            writer.join();
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(400);
        for (String line : lines) {
            assertThat(JSON.readTree(line).path("text").asText()).hasSize(500);
        }
    }

    @Test
    void stopsAtItsLargestSize() throws Exception {
        Feedback feedback = new Feedback(file, 400);
        assertThat(feedback.add("poet", said("春"))).isTrue();
        assertThat(feedback.add("poet", said("春".repeat(300)))).isFalse();
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void refusesWhatIsNoVerdict() {
        Feedback feedback = new Feedback(file, 1 << 20);
        assertThatThrownBy(() -> feedback.add("poet", said("春").put("verdict", "maybe")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("verdict");
        assertThatThrownBy(() -> feedback.add("poet", said("春").put("prompt", 7)))
                .hasMessageContaining("prompt");
        assertThatThrownBy(() -> feedback.add("poet", said("春".repeat(Feedback.LONGEST_TEXT + 1))))
                .hasMessageContaining("text");
        assertThatThrownBy(() -> feedback.add("poet", said("春").put("options", 7)))
                .hasMessageContaining("options");
        assertThat(file).doesNotExist();
    }
}
