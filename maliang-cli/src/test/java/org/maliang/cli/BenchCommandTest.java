package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tensor.WeightKind;

class BenchCommandTest {
    @TempDir
    Path directory;

    @Test
    void ngramScoresHeldOutFilesAloneAndTogether() throws IOException {
        String train = file("train.txt", "春江潮水连海平，海上明月共潮生。");
        String same = file("same.txt", "海上明月共潮生。");
        String other = file("other.txt", "白日依山尽，黄河入海流。");
        JsonNode report = json("bench", "ngram", "--train", train, "--valid", same, other, "--order", "3", "--json");
        assertThat(report.path("machine").asText()).contains("Java");
        assertThat(report.path("ceilings").isObject()).isTrue();
        assertThat(report.path("rows")).hasSize(3 * 5);
        double together = median(report, "all", "ngram_bits_per_char");
        assertThat(together)
                .isGreaterThan(median(report, "same.txt", "ngram_bits_per_char"))
                .isLessThan(median(report, "other.txt", "ngram_bits_per_char"));
        assertThat(median(report, "all", "ngram_bits_per_char_without_ends")).isLessThan(together);
        assertThat(median(report, "all", "ngram_bits_per_byte")).isLessThan(together / 2);
        assertThat(median(report, "all", "xz_bits_per_char")).isGreaterThan(together);
    }

    @Test
    void tokenizerTimesTrainingAndEncoding() throws IOException {
        String text = file("text.txt", "春江潮水连海平，海上明月共潮生。".repeat(50) + "spring river ".repeat(50));
        JsonNode report = json(
                "bench", "tokenizer", text, "--kind", "character,byte", "--vocab-size", "280", "--runs", "2", "--json");
        assertThat(report.path("rows")).hasSize(4);
        for (String kind : new String[] {"character 280", "byte 280"}) {
            assertThat(median(report, kind, "train_megabytes_per_second")).isPositive();
            assertThat(median(report, kind, "encode_megabytes_per_second")).isPositive();
        }
    }

    @Test
    void matmulTimesEveryKindOfWeights() throws IOException {
        JsonNode report = json(
                "bench", "matmul", "--shapes", "64x96", "--rows", "1,3", "--megabytes", "1", "--runs", "2", "--json");
        assertThat(report.path("rows")).hasSize(1 + 2 * WeightKind.values().length);
        assertThat(median(report, "read memory", "gigabytes")).isPositive();
        for (WeightKind kind : WeightKind.values()) {
            assertThat(median(report, "matmul 3x64x96 " + kind.label(), "gigaweights"))
                    .isPositive();
        }
    }

    @Test
    void aRowHasTheMedianOfAllRuns() {
        assertThat(BenchReport.Row.of("w", "m", 3, 1, 2)).isEqualTo(new BenchReport.Row("w", "m", 2, 1, 3));
        assertThat(BenchReport.Row.of("w", "m", 4, 1, 2, 3)).isEqualTo(new BenchReport.Row("w", "m", 2.5, 1, 4));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static double median(JsonNode report, String work, String metric) {
        for (JsonNode row : report.path("rows")) {
            if (row.path("work").asText().equals(work)
                    && row.path("metric").asText().equals(metric)) {
                assertThat(row.path("median").asDouble())
                        .isBetween(row.path("min").asDouble(), row.path("max").asDouble());
                return row.path("median").asDouble();
            }
        }
        throw new AssertionError("no row for " + work + ", " + metric + " in " + report);
    }

    private static JsonNode json(String... args) throws IOException {
        PrintStream out = System.out;
        var captured = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
            assertThat(Main.run(args)).isZero();
        } finally {
            System.setOut(out);
        }
        return new ObjectMapper().readTree(captured.toByteArray());
    }
}
