package org.maliang.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineCommandTest {

    @TempDir
    static Path dir;

    private static String poet = "";
    private static String judge = "";

    @BeforeAll
    static void makeModels() {
        poet = TinyModel.write(dir).toString();
        judge = TinyModel.writeClassifier(dir).toString();
    }

    private static List<JsonNode> objects(Outcome outcome) {
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        return outcome.out()
                .lines()
                .map(line -> {
                    try {
                        return new ObjectMapper().readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    @Test
    void linesOfTextAndOfJsonAreInputs() {
        byte[] lines = "春江\n\n{\"sentence\": \"明月\"}\n".getBytes(UTF_8);
        List<JsonNode> both = objects(Outcome.run(lines, "pipeline", "-", "--model", judge, "--json"));
        assertThat(both).hasSize(2);
        Outcome second = Outcome.run("pipeline", "明月", "--task", "sentiment-classification", "--model", judge);
        JsonNode alone = objects(second).get(0);
        assertThat(alone.path("labels")).isEqualTo(both.get(1).path("labels"));
        assertThat(alone.path("scores").path(0).asDouble()).isBetween(0.5, 1.0);
    }

    @Test
    void textsAreShownWhileTheyAreWritten() {
        Outcome shown = Outcome.run("pipeline", "春江", "--model", poet);
        JsonNode json = objects(Outcome.run("pipeline", "春江", "--model", poet, "--json"))
                .get(0);
        assertThat(shown.out().strip())
                .isEqualTo(json.path("text").asText().strip())
                .isNotEmpty();
        Outcome lines = Outcome.run("春江\n明月".getBytes(UTF_8), "pipeline", "-", "--model", poet);
        assertThat(lines.out()).startsWith(json.path("text").asText());
    }

    @Test
    void wrongUsageIsSaidInOneLine() {
        assertThat(Outcome.run("pipeline", "春江", "--task", "text-classifcation"))
                .isEqualTo(new Outcome(
                        2,
                        "",
                        "maliang: there is no task \"text-classifcation\"; the nearest is \"text-classification\"\n"));
        Outcome unsuited = Outcome.run("pipeline", "春江", "--task", "nli", "--model", poet);
        assertThat(unsuited.code()).isEqualTo(1);
        assertThat(unsuited.err()).contains("nli needs a classifier").hasLineCount(1);
        assertThat(Outcome.run("pipeline", "{春", "--model", judge).err()).contains("begins like a JSON object");
        assertThat(Outcome.run("pipeline", "{\"x\": 1}", "--model", judge).err())
                .contains("knows no input [x]");
    }
}
