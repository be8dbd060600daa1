package org.maliang.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.checkpoint.Fixtures;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.model.ModelFiles;
import org.maliang.model.convert.Conversion;
import org.maliang.tokenizer.Tokenizer;

/** Tokenizers come back from files as they went in. */
class TokenizerImportTest {
    @TempDir
    private Path directory;

    @Test
    void jsonComesBackWhole() throws IOException {
        Path poet = Fixtures.above("models/poet");
        Path file = directory.resolve("m.gguf");
        Samples.export(poet, file, GgufType.Q8_0);
        Map<String, byte[]> files = ModelFiles.tokenizer(file).inside();
        assertThat(Samples.json(files, "tokenizer.json")).isEqualTo(Samples.json(poet.resolve("tokenizer.json")));
    }

    @Test
    void byteLevelTokenizersAreMadeOfMergesAndTheNameOfTheCut() throws IOException {
        Path model = TinyModel.write(directory.resolve("tiny"));
        Path whole = directory.resolve("m.gguf");
        Samples.export(model, whole, GgufType.F32);
        Path file = Samples.changed(whole, directory.resolve("bare.gguf"), Vocabulary.JSON, Optional.empty());
        try (Gguf gguf = Gguf.open(file)) {
            assertThat(gguf.text("tokenizer.ggml.pre")).hasValue("gpt-2");
            assertThat(gguf.texts("tokenizer.ggml.tokens"))
                    .hasSize(TinyModel.ROWS)
                    .endsWith("[PAD263]");
        }
        JsonNode tokenizer = Samples.json(ModelFiles.tokenizer(file).inside(), "tokenizer.json");
        JsonNode before = Samples.json(model.resolve("tokenizer.json"));
        for (String part : new String[] {"vocab", "merges"}) {
            assertThat(tokenizer.path("model").path(part))
                    .isEqualTo(before.path("model").path(part));
        }
        assertThat(tokenizer.path("added_tokens").path(0).path("content").asText())
                .isEqualTo("<|end|>");
    }

    @ParameterizedTest
    @CsvSource({"bpe_byte, 0", "bpe_user, 3", "unigram, 0"})
    void sentencePieceModelsComeBack(String name, int remarks) throws IOException {
        Path found = Fixtures.folder("tokenizers/tiny_sp");
        Path pieces = found.resolve(name + ".model");
        Path model = Samples.random("llama", Optional.of(pieces), 530, directory.resolve("model"));
        Files.writeString(model.resolve("tokenizer_config.json"), """
                {"tokenizer_class": "LlamaTokenizer", "add_eos_token": true, "chat_template": "{{ messages }}",
                 "added_tokens_decoder": {"522": {"content": "<诗>", "special": true}}}""");
        Path file = directory.resolve("m.gguf");
        assertThat(Samples.export(model, file, GgufType.F32))
                .as("normaliser, bytes and user-defined pieces")
                .hasSize(remarks);
        Path back = directory.resolve("back");
        try (ModelFiles files = ModelFiles.open(file)) {
            new Conversion(files, Optional.empty()).toHuggingFace(back, Long.MAX_VALUE);
        }
        assertThat(Samples.json(back.resolve("tokenizer_config.json"))
                        .path("chat_template")
                        .asText())
                .isEqualTo("{{ messages }}");
        try (Tokenizer before = Tokenizer.load(model);
                Tokenizer after = ModelFiles.tokenizer(file).open();
                Tokenizer converted = Tokenizer.load(back)) {
            assertThat(after.vocabularySize()).isEqualTo(before.vocabularySize());
            assertThat(after.specialIds()).containsAll(before.specialIds());
            assertThat(after.encodeWithSpecials("月").ids())
                    .isEqualTo(before.encodeWithSpecials("月").ids());
            for (String text : Samples.texts(found.resolve(name + ".json"))) {
                int[] ids = before.encode(text);
                assertThat(after.encode(text)).as(text).isEqualTo(ids);
                assertThat(converted.encode(text)).as(text).isEqualTo(ids);
                assertThat(after.decode(ids)).as(text).isEqualTo(before.decode(ids));
            }
            assertThat(after.encode("一<诗>本")).isEqualTo(before.encode("一<诗>本")).contains(522);
        }
    }

    @Test
    void cpmsTwoFilesComeBack() throws IOException {
        Path found = Fixtures.folder("tokenizers");
        Path cpm = found.resolve("vocab/cpm");
        Path model = Samples.random("gpt2", Optional.empty(), 30_000, directory.resolve("model"));
        Files.delete(model.resolve("tokenizer.json"));
        for (String name : new String[] {"chinese_vocab.model", "vocab.json"}) {
            Files.copy(cpm.resolve(name), model.resolve(name));
        }
        Path file = directory.resolve("m.gguf");
        assertThat(Samples.export(model, file, GgufType.F16))
                .anySatisfy(remark -> assertThat(remark).contains("jieba"));
        try (Tokenizer before = Tokenizer.load(model);
                Tokenizer after = ModelFiles.tokenizer(file).open()) {
            for (String text : Samples.texts(found.resolve("cpm.json"))) {
                int[] ids = before.encode(text);
                assertThat(after.encode(text)).as(text).isEqualTo(ids);
                assertThat(after.decode(ids)).isEqualTo(before.decode(ids));
            }
            assertThat(after.encode("明月\n何时")).contains(3);
        }
    }
}
