package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.tensor.Tensor;

/** Commands do with a GGUF file what they do with the directory that it was made from. */
class GgufCommandsTest {
    @TempDir
    private static Path dir;

    private static String model = "";
    private static String file = "";

    @BeforeAll
    static void makeFile() {
        model = TinyModel.write(dir).toString();
        file = dir.resolve("tiny.gguf").toString();
        assertThat(Outcome.run("convert", model, file, "--to", "gguf", "--dtype", "f32")
                        .code())
                .isZero();
    }

    @Test
    void writesTheSame() {
        String[] rest = {"--temperature", "0", "--length", "12"};
        Outcome expected = run(new String[] {"write", "春江", "--model", model}, rest);
        Outcome found = run(new String[] {"write", "春江", "--model", file}, rest);
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out()).isEqualTo(expected.out());
    }

    @Test
    void scoresTheSame() throws IOException {
        Path text = Files.writeString(dir.resolve("text.txt"), "春江潮水连海平，海上明月共潮生。");
        Outcome expected = Outcome.run("eval", "--model", model, "--data", text.toString(), "--json");
        Outcome found = Outcome.run("eval", "--model", file, "--data", text.toString(), "--json");
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out()).isEqualTo(expected.out());
    }

    @Test
    void isDescribed() {
        Outcome found = Outcome.run("info", file, "--json");
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out()).contains("\"family\":\"gpt2\"", "\"tokenizer\":\"tokenizer.json\"");
        String parameters = "\"parameters\":";
        Outcome expected = Outcome.run("info", model, "--json");
        assertThat(found.out().split(parameters)[1].split(",")[0])
                .isEqualTo(expected.out().split(parameters)[1].split(",")[0]);
    }

    @Test
    void cutsTextAndLosesWordsAsTheDirectoryDoes() throws IOException {
        assertThat(Outcome.run("tokenizer", "encode", "春江<|七言绝句|>", "--model", file)
                        .out())
                .isEqualTo(Outcome.run("tokenizer", "encode", "春江<|七言绝句|>", "--model", model)
                        .out());
        Path corpus = Files.writeString(dir.resolve("corpus.txt"), "明月");
        Path small = dir.resolve("small");
        Outcome pruned = Outcome.run("prune-vocab", file, small.toString(), "--corpus", corpus.toString());
        assertThat(pruned.code()).as(pruned.err()).isZero();
        assertThat(Outcome.run("write", "明月", "--model", small.toString(), "--length", "3")
                        .code())
                .isZero();
        assertThat(run(
                                new String[] {"bench", "generate", "--model", file},
                                "--prompt",
                                "春",
                                "--length",
                                "3",
                                "--rounds",
                                "1")
                        .code())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"write 春 --model", "info", "eval --data TEXT --model", "tokenizer encode 春 --model"})
    void aFileThatIsCutShortIsRefusedInOneLine(String command) throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(file));
        Path text = Files.writeString(dir.resolve("text.txt"), "春");
        for (int length : new int[] {0, 3, 20, 1000, whole.length - 1000}) {
            Path cut = dir.resolve("cut.gguf");
            Files.write(cut, Arrays.copyOf(whole, length));
            Outcome outcome = run(command.replace("TEXT", text.toString()).split(" "), cut.toString());
            assertThat(outcome.code()).isOne();
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).hasLineCount(1).startsWith("maliang: " + cut + ": ");
        }
    }

    @Test
    void otherArchitecturesAndVocabulariesAreRefusedInOneLine() {
        Path other = dir.resolve("other.gguf");
        Gguf.writer(other).put("general.architecture", "rwkv7").write();
        Outcome unknown = Outcome.run("write", "春", "--model", other.toString());
        assertThat(unknown.code()).isOne();
        assertThat(unknown.err()).hasLineCount(1).contains("other.gguf: is of architecture 'rwkv7'", "llama");
        Path bare = dir.resolve("bare.gguf");
        Gguf.writer(bare)
                .put("tokenizer.ggml.model", "rwkv")
                .tensor("x", GgufType.F32, List.of(1L), () -> Tensor.of(new float[] {1}, 1))
                .write();
        Outcome none = Outcome.run("tokenizer", "encode", "春", "--model", bare.toString());
        assertThat(none.code()).isOne();
        assertThat(none.err()).hasLineCount(1).contains("bare.gguf holds none that is known here");
    }

    private static Outcome run(String[] first, String... rest) {
        String[] all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return Outcome.run(all);
    }
}
