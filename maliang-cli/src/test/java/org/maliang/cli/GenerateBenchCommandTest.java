package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tensor.WeightKind;

class GenerateBenchCommandTest {
    private static final List<String> ROWS = List.of(
            "prefill 255",
            "decode 128 after 16",
            "decode 128 after 127",
            "parallel 1",
            "parallel 4",
            "parallel 8",
            "parallel 16",
            "first token after 16",
            "draw weights",
            "draw weights to first token");

    @TempDir
    Path directory;

    @Test
    void aShapeHasEveryRowClippedToItsContext() {
        Outcome outcome = bench("--shape", "tiny", "--rounds", "1");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("tiny f16: ", " parameters; ", "read memory: ", "gemm 2048x2048x2048 bf16: ");
        List<String> table =
                outcome.out().lines().filter(line -> line.startsWith("|")).toList();
        assertThat(table.get(0)).isEqualTo("| work | unit | median | range | of the ceiling |");
        assertThat(table.get(1)).isEqualTo("| --- | --- | --- | --- | --- |");
        assertThat(table.stream().map(line -> line.split("\\|")[1].strip())).containsAll(ROWS);
        for (String line : table.subList(2, 2 + ROWS.size())) {
            assertThat(Double.parseDouble(line.split("\\|")[3].strip().replace(",", "")))
                    .as(line)
                    .isPositive();
        }
        assertThat(table.get(3)).matches("\\| decode 128 after 16 \\| tokens/s .* \\d+ % \\|");
    }

    @Test
    void everyKindOfWeightsIsMade() throws IOException {
        for (WeightKind kind : WeightKind.values()) {
            JsonNode report = json("--shape", "tiny", "--dtype", kind.label(), "--rounds", "1", "--only", "first");
            assertThat(works(report)).contains("first token after 16").noneMatch(work -> work.startsWith("decode"));
            assertThat(row(report, "first token after 16", "milliseconds")
                            .path("median")
                            .asDouble())
                    .isPositive();
            assertThat(report.path("ceilings")).as("no row has one").isEmpty();
        }
    }

    @Test
    void rowsHaveTheirShareOfTheCeiling() throws IOException {
        JsonNode report =
                json("--shape", "tiny", "--dtype", "int8", "--rounds", "1", "--only", "decode", "--threads", "1");
        assertThat(works(report))
                .contains("decode 128 after 16", "decode 128 after 127")
                .doesNotContain("parallel 1");
        assertThat(row(report, "decode 128 after 16", "of_ceiling")
                        .path("median")
                        .asDouble())
                .isPositive();
        assertThat(report.path("ceilings")
                        .path("read memory, gigabytes_per_second")
                        .asDouble())
                .isPositive();
    }

    @Test
    void aModelWritesTextsToo() {
        String model = TinyModel.write(directory).toString();
        Outcome outcome =
                bench("--model", model, "--rounds", "1", "--length", "5", "--prompt", "春江", "--csv", "--uncached");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("work,metric,median,min,max");
        assertThat(lines.stream()
                        .map(line -> line.substring(
                                0, line.lastIndexOf(',', line.lastIndexOf(',', line.lastIndexOf(',') - 1) - 1))))
                .contains(
                        "\"prefill 127\",tokens_per_second",
                        "\"decode 111 after 16\",tokens_per_second",
                        "\"decode 111 after 16\",of_ceiling",
                        "\"decode 111 after 16, no cache\",tokens_per_second",
                        "\"parallel 16\",tokens_per_second",
                        "\"write 5\",characters_per_second",
                        "\"load\",seconds");
    }

    @Test
    void modelsThatWriteAboutSourcesWriteTextsAlone() throws IOException {
        String model = TinyModel.writePlug(directory).toString();
        JsonNode report = json("--model", model, "--rounds", "1", "--length", "5", "--prompt", "春江");
        assertThat(works(report)).contains("write 5", "load").noneMatch(work -> work.startsWith("decode"));
        assertThat(report.path("ceilings")).as("no row has one").isEmpty();
    }

    @Test
    void rivalsTakeTurnsWithUs() throws IOException {
        String counting = "echo x >> " + directory.resolve("runs") + "; echo \"decode 128 after 16: $(wc -l < "
                + directory.resolve("runs") + ") tokens/s\"; echo loaded";
        JsonNode report = json(against(counting, 2));
        assertThat(row(report, counting + ": decode 128 after 16", "tokens_per_second")
                        .path("max")
                        .asDouble())
                .isEqualTo(2);
        JsonNode ours = row(report, "decode 128 after 16", "tokens_per_second");
        assertThat(ours.path("min").asDouble())
                .isPositive()
                .isLessThan(ours.path("max").asDouble());
        assertThat(row(report, "decode 128 after 16 / " + counting, "ratio")
                        .path("max")
                        .asDouble())
                .isGreaterThan(ours.path("median").asDouble() / 2);
        assertThat(works(report)).noneMatch(work -> work.contains("prefill 9"));
        String table = bench(against(counting, 1)).out();
        assertThat(table).contains("| A | range | ratio | B | range | ratio |", "A: " + counting);
        assertThat(table.lines().filter(line -> line.startsWith("| decode 128 after 127 |")))
                .singleElement()
                .asString()
                .endsWith(" % |  |  |  |  |  |  |");
    }

    private static String[] against(String counting, int rounds) {
        return new String[] {
            "--shape",
            "tiny",
            "--only",
            "decode",
            "--rounds",
            Integer.toString(rounds),
            "--against",
            counting,
            "--against",
            "echo '{\"prefill 9\": 1}'"
        };
    }

    @Test
    void impossibleWishesAreRefusedInOneLine() {
        refused("--shape gpt5 is unknown: take one of gpt2-124m, llama-1.1b, cpm-2.6b, tiny", "--shape", "gpt5");
        refused("int3", "--shape", "tiny", "--dtype", "int3");
        refused("--only nothing", "--shape", "tiny", "--only", "nothing");
        refused("--rounds 0", "--shape", "tiny", "--rounds", "0");
        refused("--threads 0", "--shape", "tiny", "--threads", "0");
        refused("--shape and --model", "--shape", "tiny", "--model", "models/poet");
        refused("--json and --csv", "--shape", "tiny", "--json", "--csv");
        refused("printed no speed", "--shape", "tiny", "--only", "first", "--rounds", "1", "--against", "true");
        refused("exit code 3", "--shape", "tiny", "--only", "first", "--rounds", "1", "--against", "exit 3");
    }

    private static void refused(String expected, String... args) {
        Outcome outcome = bench(args);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines().reduce((first, last) -> last).orElse(""))
                .startsWith("maliang: ")
                .contains(expected);
        assertThat(outcome.out()).isEmpty();
    }

    private static Outcome bench(String... args) {
        return Outcome.run(
                Stream.concat(Stream.of("bench", "generate"), Stream.of(args)).toArray(String[]::new));
    }

    private static JsonNode json(String... args) throws IOException {
        Outcome outcome =
                bench(Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return new ObjectMapper().readTree(outcome.out());
    }

    private static List<String> works(JsonNode report) {
        return StreamSupport.stream(report.path("rows").spliterator(), false)
                .map(row -> row.path("work").asText())
                .toList();
    }

    private static JsonNode row(JsonNode report, String work, String metric) {
        return StreamSupport.stream(report.path("rows").spliterator(), false)
                .filter(row -> row.path("work").asText().equals(work)
                        && row.path("metric").asText().equals(metric))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + work + ", " + metric + " in " + report));
    }
}
