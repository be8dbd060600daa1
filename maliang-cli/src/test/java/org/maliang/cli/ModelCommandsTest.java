package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code info}, {@code tokenizer} and {@code data}. */
class ModelCommandsTest {
    @TempDir
    static Path dir;

    private static String model = "";

    @BeforeAll
    static void makeModel() {
        model = TinyModel.write(dir).toString();
    }

    @Test
    void infoKeepsItsContract() {
        Outcome outcome = Outcome.run("info", model, "--json");
        assertThat(outcome.code()).isZero();
        int embeddings = (400 + 128) * 16;
        int layers = 2 * (12 * 16 * 16 + 13 * 16);
        assertThat(outcome.out())
                .startsWith("{\"family\":\"gpt2\",\"parameters\":" + (embeddings + layers + 2 * 16)
                        + ",\"dtype\":\"f32\",\"context\":128,\"vocabulary\":400,\"layers\":2,\"hidden\":16,\"heads\":2,"
                        + "\"bytes\":")
                .hasLineCount(1);
    }

    @Test
    void infoShowsWhereTheParametersAre() {
        Outcome outcome = Outcome.run("info", model);
        assertThat(outcome.out())
                .contains("6,400", "transformer.wte", "transformer.h.*.attn", "transformer.h.*.mlp", "to train");
        assertThat(Outcome.run("info", dir.resolve("nowhere").toString()).code())
                .isOne();
    }

    @Test
    void infoShowsTokenizerAndLicence() throws IOException {
        Files.writeString(
                Path.of(model, "README.md"), "---\nlanguage: zh\nlicense: apache-2.0\n---\nlicense: of nothing\n");
        assertThat(Outcome.run("info", model).out()).contains("tokenizer.json", "apache-2.0");
        assertThat(Outcome.run("info", model, "--json").out())
                .contains("\"tokenizer\":\"tokenizer.json", "\"licence\":\"apache-2.0\"", "\"bytes_to_train\":");
    }

    @Test
    void infoRefusesWeightsThatAreCutShort() throws IOException {
        Path broken = dir.resolve("broken");
        Files.createDirectories(broken);
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(Path.of(model, file), broken.resolve(file));
        }
        try (var weights =
                new RandomAccessFile(broken.resolve("model.safetensors").toFile(), "rw")) {
            weights.setLength(weights.length() - 1);
        }
        Outcome outcome = Outcome.run("info", broken.toString());
        assertThat(outcome.code()).isOne();
        assertThat(outcome.err()).contains("model.safetensors").hasLineCount(1);
    }

    @Test
    void tokensAreScoredOneByOne() throws IOException {
        Path texts = Files.writeString(dir.resolve("scored.jsonl"), "{\"text\":\"春江潮水\"}\n{\"text\":\"明月\"}\n");
        String[] args = {"eval", "--task", "logprobs", "--data", texts.toString(), "--model", model, "--top", "2"};
        Outcome plain = Outcome.run(args);
        assertThat(plain.code()).as(plain.err()).isZero();
        assertThat(plain.out())
                .contains("春", "潮", "月", "nats a token in the mean of 6")
                .hasLineCount(4 + 1 + 2 + 1 + 1);
        String[] asked = Arrays.copyOf(args, args.length + 1);
        asked[args.length] = "--json";
        JsonNode scores = new ObjectMapper().readTree(Outcome.run(asked).out());
        assertThat(scores.path("task").asText()).isEqualTo("logprobs");
        assertThat(scores.path("metric").asText()).isEqualTo("mean_logprob");
        assertThat(scores.path("n").intValue()).isEqualTo(6);
        double sum = 0;
        for (JsonNode document : scores.path("documents")) {
            for (JsonNode token : document.path("tokens")) {
                sum += token.path("logprob").doubleValue();
                assertThat(token.path("top")).hasSize(2);
            }
        }
        assertThat(scores.at("/documents/1/tokens/0/token").asText()).isEqualTo("明");
        assertThat(scores.path("value").doubleValue()).isCloseTo(sum / 6, within(1e-6));
        String[] perplexity = {"eval", "--data", texts.toString(), "--model", model, "--json"};
        assertThat(new ObjectMapper()
                        .readTree(Outcome.run(perplexity).out())
                        .path("loss")
                        .doubleValue())
                .as("the loss of the same texts")
                .isCloseTo(-sum / 6, within(1e-5));
        Path empty = Files.writeString(dir.resolve("empty.jsonl"), "{\"text\":\"\"}\n");
        args[4] = empty.toString();
        assertThat(Outcome.run(args).err()).contains("nothing to score").hasLineCount(1);
    }

    @Test
    void idsAndTextTurnIntoEachOther() throws IOException {
        Outcome encoded = Outcome.run("tokenizer", "encode", "春江<|七言绝句|>", "--model", model);
        String[] ids = encoded.out().strip().split(" ");
        assertThat(ids).hasSize(3);
        assertThat(Outcome.run("tokenizer", "decode", ids[0], ids[1], "--model", model)
                        .out())
                .isEqualTo("春江\n");
        var json = new ObjectMapper()
                .readTree(Outcome.run("tokenizer", "encode", "春江", "--model", model, "--json")
                        .out());
        assertThat(json.path("ids")).hasSize(2);
        assertThat(json.at("/tokens/0").asText()).isEqualTo("春");
        assertThat(Outcome.run("tokenizer", "decode", "4000", "--model", model).code())
                .isOne();
    }

    @Test
    void tokenizersAreTrainedFromFiles() throws IOException {
        Path text = Files.writeString(dir.resolve("poems.txt"), TinyModel.TEXT.repeat(3));
        Path out = dir.resolve("new");
        for (String kind : new String[] {"character", "byte", "unigram"}) {
            Outcome outcome = train(text, out, "--kind", kind, "--vocab-size", "320", "--special", "<|诗|>");
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out())
                    .startsWith(out.resolve("tokenizer.json") + ": ")
                    .contains(" entries");
            Outcome encoded = Outcome.run("tokenizer", "encode", "<|诗|>", "--model", out.toString());
            assertThat(encoded.out()).isEqualTo("1\n");
        }
        assertThat(train(text, out).code()).isEqualTo(2);
        assertThat(train(text, out, "--vocab-size", "100").code()).isEqualTo(2);
        assertThat(train(text, out, "--vocab-size", "300", "--kind", "word").code())
                .isEqualTo(2);
        assertThat(train(dir.resolve("no.txt"), out, "--vocab-size", "300").err())
                .contains("no.txt: no such file");
    }

    private static Outcome train(Path text, Path out, String... more) {
        String[] args = new String[5 + more.length];
        System.arraycopy(new String[] {"tokenizer", "train", text.toString(), "--out", out.toString()}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return Outcome.run(args);
    }

    @Test
    void dataIsPreparedAsARecipeSays() throws IOException {
        Files.writeString(dir.resolve("train.txt"), TinyModel.TEXT);
        Path recipe = Files.writeString(dir.resolve("recipe.yaml"), """
                out: run
                model: {model_type: gpt2}
                tokenizer: {vocab-size: 300}
                data: {train: train.txt}
                train: {steps: 1}
                """);
        Outcome outcome = Outcome.run("data", "prepare", recipe.toString(), "--set", "tokenizer.vocab-size=290");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(dir.resolve("run/cache/train.tokens").toString(), "1 documents");
        assertThat(dir.resolve("run/tokenizer/tokenizer.json")).exists();
        Outcome wrong = Outcome.run("data", "prepare", recipe.toString(), "--set", "data.trian=x");
        assertThat(wrong.err()).contains("did you mean 'data.train'?").hasLineCount(1);
    }
}
