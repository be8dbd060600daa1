package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
    @TempDir
    Path directory;

    private Path metrics;

    @BeforeEach
    void begin() throws Exception {
        Path run = Files.createDirectories(directory.resolve("tiny"));
        Files.writeString(run.resolve("recipe.yaml"), "train:\n  steps: 400\n");
        metrics = run.resolve("metrics.jsonl");
        Files.writeString(metrics, "{\"step\":1,\"loss\":8.5}\n{\"step\":2,\"loss\":8.1}\n");
    }

    private void append(String text) throws Exception {
        Files.writeString(metrics, text, StandardOpenOption.APPEND);
    }

    @Test
    void listsRuns() throws Exception {
        Files.createDirectories(directory.resolve("no-run"));
        Runs runs = new Runs(List.of(directory, directory.resolve("absent")));
        assertThat(runs.all()).singleElement().satisfies(run -> {
            assertThat(run.name()).isEqualTo("tiny");
            assertThat(run.steps()).isEqualTo(400);
            assertThat(run.finished()).isFalse();
        });
        Files.createDirectories(directory.resolve("tiny").resolve("model"));
        assertThat(runs.all()).singleElement().matches(Runs.Run::finished);
    }

    @Test
    void knowsNoOtherNamesThanItLists() {
        Runs runs = new Runs(List.of(directory));
        assertThat(runs.metrics("tiny")).contains(metrics);
        assertThat(runs.metrics("../" + directory.getFileName() + "/tiny")).isEmpty();
        assertThat(runs.metrics("")).isEmpty();
    }

    @Test
    void sendsOnlyWhatIsNew() throws Exception {
        Runs.Lines first = Runs.read(metrics, 0, "");
        assertThat(first.lines()).hasSize(2);
        assertThat(Runs.read(metrics, first.next(), first.mark()).lines()).isEmpty();
        append("{\"step\":3,\"loss\":7.9}\n");
        Runs.Lines second = Runs.read(metrics, first.next(), first.mark());
        assertThat(second.reset()).isFalse();
        assertThat(second.lines())
                .singleElement()
                .matches(line -> line.path("step").asInt() == 3);
    }

    @Test
    void leavesHalfALineForLater() throws Exception {
        append("{\"step\":3,");
        Runs.Lines first = Runs.read(metrics, 0, "");
        assertThat(first.lines()).hasSize(2);
        append("\"loss\":7.9}\n");
        assertThat(Runs.read(metrics, first.next(), first.mark()).lines()).hasSize(1);
    }

    @Test
    void beginsAnewWhenARunWasCutBack() throws Exception {
        Runs.Lines first = Runs.read(metrics, 0, "");
        Files.writeString(metrics, "{\"step\":1,\"loss\":8.5}\n");
        Runs.Lines shorter = Runs.read(metrics, first.next(), first.mark());
        assertThat(shorter.reset()).isTrue();
        assertThat(shorter.lines()).hasSize(1);
        Files.writeString(metrics, "{\"step\":1,\"loss\":8.5}\n{\"step\":2,\"loss\":9.9}\n");
        assertThat(Runs.read(metrics, first.next(), first.mark()))
                .matches(Runs.Lines::reset)
                .matches(lines -> lines.lines().size() == 2);
    }

    @Test
    void sendsALongRunInParts() throws Exception {
        String line = "{\"step\":1,\"loss\":8.5,\"note\":\"" + "x".repeat(1000) + "\"}\n";
        append(line.repeat(3000));
        int lines = 0;
        Runs.Lines part = Runs.read(metrics, 0, "");
        while (true) {
            lines += part.lines().size();
            if (!part.more()) {
                break;
            }
            part = Runs.read(metrics, part.next(), part.mark());
            assertThat(part.reset()).isFalse();
        }
        assertThat(lines).isEqualTo(3002);
    }

    @Test
    void passesOverWhatIsNoLine() throws Exception {
        append("{broken\n\n7\n{\"step\":4}\n");
        assertThat(Runs.read(metrics, 0, "").lines()).hasSize(3);
    }
}
