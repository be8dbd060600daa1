package org.maliang.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.maliang.checkpoint.Fixtures;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.model.Decoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.Models;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;

/** llama.cpp loads what we write and writes what we write. */
class LlamaCppTest {
    private static final int TOKENS = 24;
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16"})
    void continuesThePoetAsWeDo(GgufType type) throws IOException {
        Path poet = Fixtures.above("models/poet");
        Path file = directory.resolve("poet.gguf");
        List<String> remarks = Samples.export(poet, file, type);
        assertThat(remarks).hasSize(1).first().asString().contains("does not cut words");
        Map<Integer, String> vocabulary = vocabulary(poet);
        List<int[]> prompts = List.of(ids(vocabulary, "春"), ids(vocabulary, "明月几时有"), ids(vocabulary, "秋风"));
        List<String> ours;
        try (Decoder decoder = Models.decoder(poet)) {
            GenerationOptions greedy =
                    GenerationOptions.defaults().withTemperature(0).withMaxTokens(TOKENS);
            ours = new TokenGenerator(decoder)
                    .endingWith(decoder.config().eosId()).write(prompts, greedy).stream()
                            .map(Continuation::ids)
                            .map(ids -> text(vocabulary, ids))
                            .toList();
        }
        try (LlamaCpp llama = LlamaCpp.open(file)) {
            assertThat(llama.encode("明月几时有")).isEqualTo(prompts.get(1));
            assertThat(llama.encode("𠮷<|词|>"))
                    .as("bytes of what is no token, and a special token")
                    .isEqualTo(Stream.of("<0xF0>", "<0xA0>", "<0xAE>", "<0xB7>", "<|词|>")
                            .mapToInt(token -> id(vocabulary, token))
                            .toArray());
            for (int row = 0; row < prompts.size(); row++) {
                assertThat(llama.greedy(prompts.get(row), TOKENS)).isEqualTo(ours.get(row));
            }
        }
    }

    /** Byte-level BPE: merges, letters of several bytes, special tokens, rows of the embedding without a token. */
    @Test
    void cutsTextAsByteLevelTokenizersDo() throws IOException {
        Path model = TinyModel.write(directory.resolve("tiny"));
        Path file = directory.resolve("tiny.gguf");
        assertThat(Samples.export(model, file, GgufType.F32)).isEmpty();
        try (LlamaCpp llama = LlamaCpp.open(file)) {
            assertThat(llama.encode("hello hell<|end|>春")).isEqualTo(new int[] {258, 'o', 259, 260, 0xe6, 0x98, 0xa5});
            assertThat(llama.decode(new int[] {259, 0xe6, 0x98, 0xa5, '!'})).isEqualTo(" hell春!");
        }
    }

    /** The reference implementation's ids, for random weights, through a vocabulary of one letter a token. */
    @ParameterizedTest
    @CsvSource({"gpt2", "llama", "bloom", "gpt_neox"})
    void continuesTheFixturesAsTransformersDoes(String family) throws IOException {
        Path fixture = Fixtures.folder(family);
        Path model = Samples.lettered(fixture, directory.resolve("model"));
        Map<Integer, String> vocabulary = vocabulary(model);
        Path file = directory.resolve("model.gguf");
        Samples.export(model, file, GgufType.F32);
        JsonNode golden = JSON.readTree(fixture.resolve("golden.json").toFile())
                .path("generation")
                .path(0);
        assertThat(golden.path("name").asText()).isEqualTo("greedy_20");
        int[] sequences = IntStream.range(0, 52)
                .map(i -> golden.path("sequences").path("data").path(i).asInt())
                .toArray();
        try (LlamaCpp llama = LlamaCpp.open(file)) {
            for (int row = 0; row < 2; row++) {
                int[] prompt = Arrays.copyOfRange(sequences, 26 * row, 26 * row + 6);
                int[] expected = Arrays.copyOfRange(sequences, 26 * row + 6, 26 * row + 26);
                assertThat(llama.encode(text(vocabulary, prompt))).isEqualTo(prompt);
                assertThat(llama.greedy(prompt, 20)).isEqualTo(text(vocabulary, expected));
            }
        }
    }

    /** SentencePiece's BPE and Unigram, with what they make of odd characters; and what the model then writes. */
    @ParameterizedTest
    @CsvSource({"bpe_byte, llama, 520", "unigram, llama, 230", "unigram, gpt2, 220", "bpe_byte, qwen2, 530"})
    void cutsTextAsSentencePieceDoes(String name, String modelType, int rows) throws IOException {
        Path found = Fixtures.folder("tokenizers/tiny_sp");
        Path pieces = found.resolve(name + ".model");
        Path model = Samples.random(modelType, Optional.of(pieces), rows, directory.resolve("model"));
        Path file = directory.resolve("model.gguf");
        assertThat(Samples.export(model, file, GgufType.F32)).isEmpty();
        GenerationOptions greedy =
                GenerationOptions.defaults().withTemperature(0).withMaxTokens(TOKENS);
        try (LlamaCpp llama = LlamaCpp.open(file);
                LanguageModel ours = LanguageModel.load(model)) {
            List<String> texts = Samples.texts(found.resolve(name + ".json"));
            assertThat(texts).hasSizeGreaterThan(100);
            for (String text : texts) {
                assertThat(llama.encode(text))
                        .as(text)
                        .isEqualTo(ours.tokenizer().encode(text));
            }
            int[] prompt = ours.tokenizer().encode("我喜欢一本书");
            int[] written = new TokenGenerator(ours.decoder())
                    .endingWith(ours.decoder().config().eosId())
                    .write(List.of(prompt), greedy)
                    .get(0)
                    .ids();
            assertThat(written.length).isGreaterThan(3);
            assertThat(llama.greedy(prompt, TOKENS)).isEqualTo(llama.decode(written));
        }
    }

    private static Map<Integer, String> vocabulary(Path model) throws IOException {
        Map<Integer, String> vocabulary = new HashMap<>();
        JSON.readTree(model.resolve("tokenizer.json").toFile())
                .path("model")
                .path("vocab")
                .properties()
                .forEach(entry -> vocabulary.put(entry.getValue().asInt(), entry.getKey()));
        return vocabulary;
    }

    /** Letter by letter. */
    private static int[] ids(Map<Integer, String> vocabulary, String text) {
        return text.codePoints()
                .map(letter -> id(vocabulary, Character.toString(letter)))
                .toArray();
    }

    private static int id(Map<Integer, String> vocabulary, String token) {
        return vocabulary.entrySet().stream()
                .filter(entry -> entry.getValue().equals(token))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Special tokens are not shown. */
    private static String text(Map<Integer, String> vocabulary, int[] ids) {
        return IntStream.of(ids)
                .mapToObj(id -> vocabulary.getOrDefault(id, "?"))
                .filter(token -> !token.startsWith("<|"))
                .collect(Collectors.joining());
    }
}
