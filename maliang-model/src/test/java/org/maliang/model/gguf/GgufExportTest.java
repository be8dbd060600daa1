package org.maliang.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Fixtures;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.checkpoint.gguf.GgufType;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class GgufExportTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {"models/poet", "shared/fixtures/llama", "shared/fixtures/bloom", "shared/fixtures/gpt_neox"})
    void comesBackAsItWas(String place) {
        ModelDirectory model = ModelDirectory.open(Fixtures.above(place));
        Path file = directory.resolve("m.gguf");
        Samples.export(model.path(), file, GgufType.F32);
        try (Scope scope = Scope.open();
                Weights ours = model.weights();
                Weights read = GgufImport.of(Gguf.open(file)).weights()) {
            Set<String> kept = ours.names().stream()
                    .filter(name -> !name.endsWith("inv_freq"))
                    .collect(Collectors.toSet());
            assertThat(read.names()).containsExactlyInAnyOrderElementsOf(kept);
            for (String name : kept) {
                assertThat(read.info(name).shape()).isEqualTo(ours.info(name).shape());
                Tensor before = ours.tensor(name).to(DType.F32);
                assertThat(read.tensor(name).eq(before).all()).as(name).isTrue();
            }
            JsonNode config = GgufImport.of(Gguf.open(file)).config();
            for (Map.Entry<String, JsonNode> value : model.config().properties()) {
                JsonNode now = config.path(value.getKey());
                if (value.getValue().isNumber() && !now.isMissingNode()) {
                    assertThat(now.asDouble())
                            .as(value.getKey())
                            .isEqualTo(value.getValue().asDouble());
                } else if (!now.isMissingNode()) {
                    assertThat(now).as(value.getKey()).isEqualTo(value.getValue());
                }
            }
            assertThat(config.size()).isGreaterThan(8);
        }
    }

    /** Pairs (0, 2) and (1, 3) of a head of four become neighbours; q, k, v of two heads become three blocks. */
    @Test
    void layoutsAreInverses() {
        HeadCounts heads = new HeadCounts(2, 1);
        try (Scope scope = Scope.open()) {
            Tensor rows = Tensor.arange(8).view(8, 1);
            assertThat(Layout.ROTARY_QUERIES.theirs(rows, heads).toInts()).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
            assertThat(Layout.ROTARY_KEYS.theirs(rows, heads).toInts()).containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
            Tensor fused = Tensor.arange(12).view(12, 1);
            assertThat(Layout.FUSED_BY_HEAD.theirs(fused, heads).toInts())
                    .containsExactly(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11);
            for (Layout layout : Layout.values()) {
                Tensor matrix = Tensor.arange(72).view(24, 3);
                Tensor back = layout.ours(layout.theirs(matrix, heads), heads);
                assertThat(back.reshape(24, 3).toInts()).as(layout.name()).isEqualTo(matrix.toInts());
            }
        }
    }

    @Test
    void quantisesMatricesOfWholeBlocks() {
        Path model = TinyModel.write(directory.resolve("tiny"));
        Path file = directory.resolve("m.gguf");
        assertThat(Samples.export(model, file, GgufType.Q8_0)).isEmpty();
        try (Gguf gguf = Gguf.open(file)) {
            assertThat(gguf.type("token_embd.weight")).isEqualTo(GgufType.Q8_0);
            assertThat(gguf.type("output.weight")).isEqualTo(GgufType.Q8_0);
            assertThat(gguf.type("blk.0.attn_qkv.weight")).isEqualTo(GgufType.Q8_0);
            assertThat(gguf.type("blk.0.ffn_down.weight")).as("rows of 40").isEqualTo(GgufType.F16);
            assertThat(gguf.type("blk.0.attn_norm.weight")).isEqualTo(GgufType.F32);
            assertThat(gguf.type("position_embd.weight")).isEqualTo(GgufType.F32);
            assertThat(gguf.number("general.file_type")).hasValue(7L);
            assertThat(GgufImport.of(gguf).config().path("tie_word_embeddings").asBoolean())
                    .isTrue();
        }
        assertThatThrownBy(() -> Samples.export(model, file, GgufType.Q4_1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write F32, F16, BF16, Q8_0 or Q4_0");
    }

    @ParameterizedTest
    @CsvSource({
        "model_type, \"gptj\", no architecture of llama.cpp",
        "scale_attn_by_inverse_layer_idx, true, scale_attn_by_inverse_layer_idx",
        "activation_function, \"relu\", activation_function relu",
    })
    void refusesWhatLlamaCppDoesNotCompute(String key, String value, String why) throws IOException {
        Path model = TinyModel.write(directory.resolve("tiny"));
        ObjectNode config = TinyModel.config();
        config.putRawValue(key, new RawValue(value));
        Files.writeString(model.resolve("config.json"), config.toString());
        Path file = directory.resolve("m.gguf");
        assertThatThrownBy(() -> Samples.export(model, file, GgufType.F32))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(why);
        assertThat(file).doesNotExist();
    }

    @Test
    @Timeout(180)
    void damagedModelsAreRefusedOrRead() throws IOException {
        Path good = directory.resolve("good.gguf");
        Samples.export(TinyModel.write(directory.resolve("tiny")), good, GgufType.F32);
        byte[] content = Files.readAllBytes(good);
        List<Integer> head = List.of(1200, 12000); // hyper-parameters; vocabulary and tensors
        var random = new Random(15);
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            byte[] damaged = content.clone();
            for (int change = 0; change < 1 + round % 3; change++) {
                damaged[random.nextInt(head.get(round % 2))] = (byte) random.nextInt(256);
            }
            Path file = directory.resolve("damaged.gguf");
            Files.write(file, damaged);
            try (Scope scope = Scope.open();
                    Gguf gguf = Gguf.open(file)) {
                GgufImport model = GgufImport.of(gguf);
                assertThat(model.config().path("vocab_size").asLong()).isNotNegative();
                model.tokenizer();
                try (Weights weights = model.weights()) {
                    for (String name : weights.names()) {
                        assertThat(weights.tensor(name).elements()).isLessThan(100_000);
                    }
                }
            } catch (CheckpointException e) {
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isBetween(50, 490);
    }
}
