package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteCommandTest {
    @TempDir
    static Path dir;

    private static String model = "";

    @BeforeAll
    static void makeModel() {
        model = TinyModel.write(dir).toString();
    }

    @Test
    void writesAsLongAsTheModelRecommendsAndNothingElse() {
        Outcome outcome = write("春江", "--seed", "3");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).isEmpty();
        JsonNode sample = json("春江", "--seed", "3").at("/samples/0");
        assertThat(sample.path("tokens").intValue()).isEqualTo(12);
        assertThat(outcome.out()).isEqualTo(ended(sample.path("text").asText()));
    }

    @Test
    void jsonKeepsItsContract() {
        JsonNode written = json("春江", "--samples", "2", "--length", "5");
        assertThat(names(written)).containsExactly("model", "prompt", "seed", "samples");
        assertThat(written.path("model").asText()).isEqualTo(model);
        assertThat(written.path("prompt").asText()).isEqualTo("春江");
        assertThat(written.path("samples")).hasSize(2).allSatisfy(sample -> {
            assertThat(names(sample)).containsExactly("text", "tokens", "finish_reason");
            assertThat(sample.path("finish_reason").asText()).isIn("length", "stop");
        });
        JsonNode again = json(
                "春江",
                "--samples",
                "2",
                "--length",
                "5",
                "--seed",
                written.path("seed").asText());
        assertThat(again).isEqualTo(written);
    }

    /** Lengths beyond what the decoder writes at a time: the window slides. */
    @ParameterizedTest
    @CsvSource({"32,26", "200,161"})
    void aPlugWritesOnFromFourCharacters(int length, int least) throws IOException {
        String plug = TinyModel.writePlug(dir).toString();
        Outcome outcome = Outcome.run(
                "write", "海上明月", "--model", plug, "--length", Integer.toString(length), "--seed", "5", "--json");
        assertThat(outcome.err()).isEmpty();
        JsonNode sample = new ObjectMapper().readTree(outcome.out()).at("/samples/0");
        assertThat(sample.path("tokens").intValue()).isBetween(least, length);
        assertThat(sample.path("text").asText()).matches("[" + TinyModel.TEXT + "“]+");
        Outcome verse = Outcome.run("write", "海上明月", "--model", plug, "--form", "七绝");
        assertThat(verse.code()).isEqualTo(1);
        assertThat(verse.err()).contains("choose a decoder");
    }

    @Test
    void samplesFollowEachOther() {
        JsonNode samples = json("春江", "--samples", "3", "--seed", "5").path("samples");
        List<String> texts = new ArrayList<>();
        samples.forEach(sample -> texts.add(ended(sample.path("text").asText())));
        assertThat(write("春江", "--samples", "3", "--seed", "5").out()).isEqualTo(String.join("───\n", texts));
    }

    @Test
    void verseHasTheFormThatIsAskedFor() {
        String[] lines = json("江南春", "--form", "七绝", "--acrostic", "马良神笔")
                .at("/samples/0/text")
                .asText()
                .strip()
                .split("\n");
        String clauses = String.join("", lines);
        assertThat(clauses).hasSize(32).matches("马.{7}良.{7}神.{7}笔.{7}");
        assertThat(write("江南春", "--form", "五言绝句").out().replaceAll("\\s", "")).hasSize(24);
    }

    @Test
    void readsThePromptFromStandardInput() throws IOException {
        var outcome = Outcome.run(utf8("春江\n"), "write", "-", "--model", model, "--json");
        assertThat(new ObjectMapper().readTree(outcome.out()).path("prompt").asText())
                .isEqualTo("春江");
        var broken = Outcome.run("春江".getBytes(Charset.forName("GB18030")), "write", "-", "--model", model);
        assertThat(broken.code()).isEqualTo(2);
        assertThat(broken.err())
                .startsWith("maliang: standard input is not valid UTF-8")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--length 0|the length must be at least 1 token, not 0",
                "--length -5|the length must be at least 1 token, not -5",
                "--length x|'x' is not an int",
                "--samples 0|the number of samples must be at least 1, not 0",
                "--temperature -1|the temperature must be 0",
                "--temperature NaN|the temperature must be 0",
                "--top-p 0|top-p must be above 0",
                "--beams 2 --samples 3|a search with 2 beams has no 3 results",
                "--min-length 13|the minimum length 13 exceeds the length 12",
                "--form 八言|unknown form '八言'",
                "--acrostic ABC|acrostic",
                "--lenght 3|unknown option --lenght: did you mean --length?",
            })
    void refusesWhatCannotBe(String options, String message) {
        List<String> args = new ArrayList<>(List.of("春江"));
        args.addAll(List.of(options.split(" ")));
        Outcome outcome = write(args.toArray(String[]::new));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("maliang: ").contains(message).hasLineCount(1);
    }

    @Test
    void refusesArgumentsThatAreNotText() {
        Outcome outcome = write("春\uFFFD");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("not valid UTF-8").hasLineCount(1);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path empty = Files.createDirectory(dir.resolve("empty"));
        for (Path place : List.of(dir.resolve("nowhere"), empty)) {
            Outcome outcome = Outcome.run("write", "春", "--model", place.toString());
            assertThat(outcome.code()).isOne();
            assertThat(outcome.err()).contains(place.toString()).contains("; ").hasLineCount(1);
        }
    }

    @Test
    void stopsQuietlyWhenNobodyReads() {
        PrintStream out = System.out;
        try {
            System.setOut(new PrintStream(new ClosedPipe(), true, StandardCharsets.UTF_8));
            assertThat(Main.run("write", "春江", "--model", model)).isEqualTo(141);
        } finally {
            System.setOut(out);
        }
    }

    private static final class ClosedPipe extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }

    private static Outcome write(String... args) {
        return Outcome.run(command(args));
    }

    private static JsonNode json(String... args) {
        List<String> all = new ArrayList<>(List.of(command(args)));
        all.add("--json");
        Outcome outcome = Outcome.run(all.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).hasLineCount(1);
        try {
            return new ObjectMapper().readTree(outcome.out());
        } catch (IOException e) {
            throw new AssertionError(outcome.out(), e);
        }
    }

    private static String[] command(String... args) {
        List<String> all = new ArrayList<>(List.of("write", "--model", model));
        all.addAll(List.of(args));
        return all.toArray(String[]::new);
    }

    private static String ended(String text) {
        return text.endsWith("\n") ? text : text + "\n";
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
