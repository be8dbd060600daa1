package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityCommandTest {

    @TempDir
    Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            return Main.run(args);
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    @Test
    void aDirectoryWithoutGoldenFileIsOneLine() {
        assertThat(run("parity", temporary.toString())).isOne();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .satisfies(line ->
                        assertThat(line).startsWith("maliang: " + temporary).contains("golden.json"));
    }

    @Test
    void goodDirectoriesAreComparedBesideBadOnes() throws Exception {
        assertThat(run("parity", temporary.toString(), Fixtures.folder("gpt2").toString(), "--json"))
                .isOne();
        JsonNode json = new ObjectMapper().readTree(out.toByteArray());
        assertThat(json.path("ok").booleanValue()).isFalse();
        assertThat(json.at("/dirs/0/ok").booleanValue()).isFalse();
        assertThat(json.at("/dirs/0/cases")).isEmpty();
        assertThat(json.at("/dirs/1/ok").booleanValue()).isTrue();
        JsonNode first = json.at("/dirs/1/cases/0");
        assertThat(first.path("name").asText()).isEqualTo("forward/basic/logits");
        assertThat(first.path("max_abs").doubleValue())
                .isBetween(0.0, first.path("tolerance").doubleValue());
        assertThat(first.path("ok").booleanValue()).isTrue();
    }

    @Test
    void printsARowForEveryDirectory() {
        assertThat(run("parity", Fixtures.folder("gpt2").toString(), temporary.toString(), "--table"))
                .isOne();
        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(2))
                .hasSize(2)
                .first()
                .asString()
                .matches("\\| gpt2 \\| (\\d+) of \\1 \\| \\d\\.\\de-\\d\\d \\| \\d+\\.\\d % \\|");
    }

    @Test
    void printsALineForEveryCase() {
        assertThat(run("parity", Fixtures.folder("gpt2").toString())).isZero();
        String table = out.toString(StandardCharsets.UTF_8);
        assertThat(table).contains("forward/basic/logits ").doesNotContain("FAILS");
        assertThat(table.lines().filter(line -> line.contains(" ok "))).hasSizeGreaterThan(20);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void withoutADirectoryItIsWrongUsage() {
        assertThat(run("parity")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("FIXTURE_DIR");
    }
}
