package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    void guessesChangeNothingThatIsWritten() throws IOException {
        JsonNode plain = json("春江", "--seed", "3", "--samples", "2").path("samples");
        assertThat(json("春江", "--seed", "3", "--samples", "2", "--lookup").path("samples"))
                .isEqualTo(plain);
        assertThat(json("春江", "--seed", "3", "--samples", "2", "--draft", model).path("samples"))
                .isEqualTo(plain);
        assertThat(write("春江", "--lookup", "--draft", model).code()).isEqualTo(2);
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
    void textsAreHeldToWhatIsAskedFor() throws IOException {
        assertThat(json("春江", "--regex", "[春江花月]{4}夜?", "--seed", "2")
                        .at("/samples/0/text")
                        .asText())
                .matches("[春江花月]{4}夜?");
        JsonNode chosen =
                json("春江", "--choice", "花", "--choice", "月夜", "--vote", "20").path("vote");
        assertThat(chosen.path("winner").asText()).isIn("花", "月夜");
        Path schema = Files.writeString(dir.resolve("schema.json"), "{\"enum\": [\"花\", \"月\"]}");
        assertThat(json("春江", "--json-schema", schema.toString())
                        .at("/samples/0/text")
                        .asText())
                .isIn("\"花\"", "\"月\"");
        Path wrong = Files.writeString(dir.resolve("wrong.json"), "{\"enum\": ");
        assertThat(write("春江", "--json-schema", wrong.toString()).err())
                .contains("wrong.json is no JSON")
                .hasLineCount(1);
    }

    /** Longer than what a PLUG writes at a time, and of its own length. */
    @Test
    void aPlugIsHeldToItToo() throws IOException {
        String plug = TinyModel.writePlug(dir).toString();
        String two = TinyModel.TEXT.substring(0, 2);
        Outcome outcome = Outcome.run(
                "write",
                "海上明月",
                "--model",
                plug,
                "--length",
                "400",
                "--seed",
                "5",
                "--json",
                "--regex",
                "[" + two + "]{170}");
        assertThat(outcome.err()).isEmpty();
        JsonNode sample = new ObjectMapper().readTree(outcome.out()).at("/samples/0");
        assertThat(sample.path("text").asText()).matches("[" + two + "]{170}");
        assertThat(sample.path("finish_reason").asText()).isEqualTo("stop");
        Outcome unspelled = Outcome.run("write", "海上明月", "--model", plug, "--choice", "明月", "--choice", "龘");
        assertThat(unspelled.code()).isEqualTo(2);
        assertThat(unspelled.out()).isEmpty();
        assertThat(unspelled.err())
                .contains("vocabulary cannot spell", "no '龘'")
                .hasLineCount(1);
    }

    @Test
    void votesAreCountedAndTheWinnerComesLast() {
        JsonNode written = json("春江", "--vote", "30", "--length", "1", "--seed", "4", "--top-k", "3");
        assertThat(names(written)).containsExactly("model", "prompt", "seed", "samples", "vote");
        assertThat(written.path("samples")).hasSize(30);
        JsonNode vote = written.path("vote");
        assertThat(names(vote)).containsExactly("votes", "winner", "answers");
        assertThat(vote.path("votes").intValue()).isEqualTo(30);
        int votes = 0;
        double shares = 0;
        for (JsonNode answer : vote.path("answers")) {
            assertThat(names(answer)).containsExactly("text", "votes", "share");
            votes += answer.path("votes").intValue();
            shares += answer.path("share").doubleValue();
        }
        assertThat(votes).isEqualTo(30);
        assertThat(shares).isCloseTo(1, within(1e-9));
        String winner = vote.path("winner").asText();
        assertThat(vote.at("/answers/0/text").asText()).isEqualTo(winner);
        String[] lines = write("春江", "--vote", "30", "--length", "1", "--seed", "4", "--top-k", "3")
                .out()
                .split("\n", -1);
        int answers = vote.path("answers").size();
        assertThat(answers).isBetween(2, 3);
        assertThat(lines).hasSize(answers + 3);
        assertThat(lines[0]).contains(vote.at("/answers/0/votes").asText(), "█".repeat(30));
        assertThat(lines[answers]).isEmpty();
        assertThat(lines[answers + 1]).isEqualTo(winner);
    }

    /** Options that leave no choice: each forces the one character that is drawn. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--logit-bias 神=100",
                "--logit-bias ID=100",
                "--logit-bias 神=100 --min-p 1",
                "--logit-bias 神=100 --typical-p 0.01",
                "--logit-bias 神=100 --beams 4 --beam-groups 2 --diversity-penalty 0.5",
                "--logit-bias 神=100 --penalty-alpha 0.01 --top-k 4",
                "--logit-bias 神=100 --best-of 3",
                "--logit-bias 神=100 --presence-penalty 0.5 --frequency-penalty 1 --no-repeat-ngram 0",
            })
    void everyWayOfChoosingObeysItsOptions(String options) throws IOException {
        String id = new ObjectMapper()
                .readTree(Outcome.run("tokenizer", "encode", "神", "--model", model, "--json")
                        .out())
                .at("/ids/0")
                .asText();
        List<String> args = new ArrayList<>(List.of("春江", "--length", "3"));
        args.addAll(List.of(options.replace("ID", id).split(" ")));
        assertThat(json(args.toArray(String[]::new)).at("/samples/0/text").asText())
                .isEqualTo("神神神");
    }

    @Test
    void stopTokensEndTheText() {
        String[] args = {"春江", "--length", "5", "--logit-bias", "神=100", "--stop-token", "神"};
        JsonNode sample = json(args).at("/samples/0");
        assertThat(sample.path("text").asText()).isEmpty();
        assertThat(sample.path("tokens").intValue()).isZero();
        assertThat(sample.path("finish_reason").asText()).isEqualTo("stop");
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
                "--min-p 2|min-p must be",
                "--typical-p 0|the typical share must be above 0",
                "--logit-bias 春江=1|'春江' is 2 tokens [春, 江]",
                "--logit-bias 99999=1|the logit bias is for id 99999",
                "--logit-bias 春=NaN|must be a number, or -Infinity",
                "--stop-token 春江|'春江' is 2 tokens",
                "--beams 4 --beam-groups 3|must divide the 4 beams",
                "--penalty-alpha 0.6|set top-k",
                "--best-of 2 --samples 3|raise best-of",
                "--vote 0|the number of samples must be at least 1, not 0",
                "--vote 5 --samples 2|leave --samples out",
                "--vote 5 --temperature 0|raise --temperature",
                "--form 八言|unknown form '八言'",
                "--acrostic ABC|acrostic",
                "--regex 春(|a group is not closed",
                "--regex 春 --json-text|mutually exclusive",
                "--choice 春 --form 七绝|leave --regex, --choice",
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
