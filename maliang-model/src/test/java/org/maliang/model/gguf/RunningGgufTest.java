package org.maliang.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.Fixtures;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.model.LanguageModel;
import org.maliang.model.Placement;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.WeightKind;
import org.maliang.tokenizer.TokenizerException;

/** A file writes what the directory it was exported from writes. */
class RunningGgufTest {
    private static final GenerationOptions GREEDY =
            GenerationOptions.defaults().withTemperature(0).withMaxTokens(20);
    private static final List<int[]> PROMPTS = List.of(new int[] {5, 17, 80, 3}, new int[] {60, 44, 9, 91});

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "bloom", "gpt_neox", "cpm_megatron/merged_hf_gpt2"})
    void fixturesWriteTheSame(String fixture) throws IOException {
        Path found = Fixtures.folder(fixture);
        same(Samples.lettered(found, directory.resolve("model")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistral", "qwen2", "qwen3"})
    void relativesOfLlamaWriteTheSame(String modelType) throws IOException {
        same(Samples.random(modelType, Optional.empty(), 120, directory.resolve("model")));
    }

    private void same(Path model) {
        Path file = directory.resolve("model.gguf");
        Samples.export(model, file, GgufType.F32);
        try (LanguageModel expected = LanguageModel.load(model);
                LanguageModel found = LanguageModel.load(file)) {
            assertThat(ids(found)).isDeepEqualTo(ids(expected));
            String prompt = Samples.letter(5) + Samples.letter(17) + Samples.letter(80);
            String text = expected.generator().write(prompt, GREEDY).get(0).text();
            assertThat(text).isNotEmpty();
            assertThat(found.generator().write(prompt, GREEDY).get(0).text()).isEqualTo(text);
        }
    }

    private static int[][] ids(LanguageModel model) {
        return new TokenGenerator(model.decoder())
                .endingWith(model.decoder().config().eosId()).write(PROMPTS, GREEDY).stream()
                        .map(Continuation::ids)
                        .toArray(int[][]::new);
    }

    @ParameterizedTest
    @EnumSource(
            value = GgufType.class,
            names = {"Q8_0", "Q4_0"})
    void quantisedWeightsAreGoodForWriting(GgufType type) throws IOException {
        Path model = Samples.random("llama", Optional.empty(), 120, directory.resolve("model"));
        Path file = directory.resolve("model.gguf");
        Path back = directory.resolve("back.gguf");
        Samples.export(model, file, type);
        Samples.export(file, back, GgufType.F32); // the same numbers, no longer in blocks
        try (LanguageModel packed = LanguageModel.load(file);
                LanguageModel flat = LanguageModel.load(back)) {
            assertThat(ids(packed)).isDeepEqualTo(ids(flat));
        }
    }

    /** Linux says which parts of a file are mapped. */
    @Test
    void weightsOfTheWantedTypeStayInTheFile() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "no list of mappings here");
        Path model = TinyModel.write(directory.resolve("tiny"));
        Path file = directory.resolve("mapped.gguf");
        Samples.export(model, file, GgufType.BF16);
        try (LanguageModel halves = LanguageModel.load(
                file, new Placement(Device.CPU, DType.BF16, DType.BF16, true, Optional.of(WeightKind.F32)))) {
            assertThat(mappings(file)).as("matrices, the embedding among them").isEqualTo(5);
            assertThat(halves.decoder().parameters()).hasSizeGreaterThan(5);
        }
        try (LanguageModel converted = LanguageModel.load(file, Placement.CPU)) {
            assertThat(mappings(file))
                    .as("vectors and positions")
                    .isEqualTo(converted.decoder().parameters().size() - 5);
        }
        assertThat(mappings(file)).isZero();
    }

    /** Those of tensors, which are private; the reader of the head shares its own. */
    private static long mappings(Path file) throws IOException {
        String name = file.toRealPath().toString();
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.endsWith(name) && line.split(" ")[1].endsWith("p"))
                .count();
    }

    @Test
    void aFileWithoutATokenizerIsSaidToHaveNone() {
        Path model = TinyModel.write(directory.resolve("tiny"));
        Path file = directory.resolve("model.gguf");
        Samples.export(model, file, GgufType.F32);
        Path bare = Samples.changed(file, directory.resolve("bare.gguf"), Vocabulary.JSON, Optional.empty());
        Path other = Samples.changed(bare, directory.resolve("other.gguf"), Vocabulary.MODEL, Optional.of("bert"));
        LanguageModel.load(bare).close();
        assertThatThrownBy(() -> LanguageModel.load(other))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("other.gguf holds none that is known here");
    }
}
