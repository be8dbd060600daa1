package org.maliang.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Another process writes a model directory again and again and is stopped: by {@code kill -9}, by a full disk. */
class InterruptionTest {
    private static final int ELEMENTS = 100_000;

    @TempDir
    Path above;

    /** Writes versions 1, 2, 3 … of a directory, each number after its version is complete. */
    static final class Writer {
        public static void main(String[] args) {
            try {
                for (int version = 1; ; version++) {
                    write(Path.of(args[0]), version);
                    System.out.println(version);
                }
            } catch (CheckpointException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aKilledWriterLeavesAWholeVersion() throws Exception {
        Path directory = above.resolve("model");
        var random = new Random(7);
        for (int kill = 0; kill < 3; kill++) {
            Process writer = start(List.of(), directory);
            int written;
            try (var out = writer.inputReader()) {
                written = Integer.parseInt(out.readLine());
                Thread.sleep(random.nextInt(60));
                writer.toHandle().destroyForcibly(); // unlike the process itself, leaves its output readable
                writer.waitFor();
                written = lastNumber(out, written);
            }
            assertThat(version(directory)).isBetween(written, written + 1);
        }
        write(directory, 77); // clears away what the last one left
        assertThat(version(directory)).isEqualTo(77);
        try (var left = Files.list(above)) {
            assertThat(left).containsExactly(directory);
        }
    }

    /** {@code ulimit -f} lets writes fail in the kernel as a full disk does. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aWriterWithoutSpaceLeavesTheOldVersionAndSaysSo() throws Exception {
        Path directory = above.resolve("model");
        write(directory, 5);
        Process writer = start(List.of("sh", "-c", "ulimit -f 100; exec \"$@\"", "sh"), directory);
        String said;
        try (var out = writer.inputReader()) {
            said = out.lines().collect(Collectors.joining("\n"));
        }
        assertThat(said)
                .startsWith(directory + ": cannot be written: ")
                .endsWith("; free some space or choose another place; what was there before is unchanged")
                .hasLineCount(1);
        assertThat(version(directory)).isEqualTo(5);
        try (var left = Files.list(above)) {
            assertThat(left).containsExactly(directory);
        }
    }

    private static Process start(List<String> prefix, Path directory) throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Writer.class.getName(), directory.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int lastNumber(BufferedReader out, int first) throws IOException {
        int last = first;
        for (String line = out.readLine(); line != null && !line.isBlank(); line = out.readLine()) {
            last = Integer.parseInt(line);
        }
        return last;
    }

    private static void write(Path directory, int version) {
        try (var scope = Scope.open()) {
            var halves = Map.of("a", numbers(version), "b", numbers(version + 1));
            ModelDirectory.writer(directory)
                    .config(JsonNodeFactory.instance.objectNode().put("version", version))
                    .weights(halves)
                    .checksums()
                    .shardBytes(4 * ELEMENTS)
                    .write();
        }
    }

    private static Tensor numbers(int value) {
        return Tensor.full(value, DType.F32, ELEMENTS);
    }

    /** The version of a directory whose files all belong together. */
    private static int version(Path directory) {
        try (var scope = Scope.open()) {
            var model = ModelDirectory.open(directory);
            var weights = model.weights();
            int version = model.config().get("version").intValue();
            assertThat(weights.verify()).isEqualTo(2);
            assertThat(weights.tensor("a").mean().item()).isEqualTo(version);
            assertThat(weights.tensor("b").mean().item()).isEqualTo(version + 1);
            return version;
        }
    }
}
