package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** A model directory that is not what it should be is refused in one line that names what is wrong. */
class DamagedModelTest {
    private static final String CONFIG =
            "{\"model_type\":\"gpt2\",\"vocab_size\":40,\"n_positions\":16,\"n_embd\":12,\"n_layer\":1,\"n_head\":3}";
    private static final String FIRST = "transformer.wte.weight";

    @TempDir
    Path directory;

    private Path weights;

    @BeforeEach
    void saveAModel() throws IOException {
        directory = directory.resolve("model");
        save(tensors -> {});
        weights = directory.resolve("model.safetensors");
    }

    @Test
    void theUndamagedOneLoads() {
        try (Decoder model = Models.decoder(directory)) {
            assertThat(model.parameters()).containsKey(FIRST);
        }
    }

    @Test
    void aMissingTensor() throws IOException {
        save(tensors -> tensors.remove("transformer.ln_f.bias"));
        assertRefused("transformer.ln_f.bias");
    }

    @Test
    void aTensorTooMany() throws IOException {
        save(tensors -> tensors.put("transformer.wxe.weight", Tensor.zeros(DType.F32, 2)));
        assertRefused("transformer.wxe.weight");
    }

    @Test
    void aTensorOfAnotherShape() throws IOException {
        save(tensors -> tensors.put(FIRST, Tensor.zeros(DType.F32, 12, 40)));
        assertRefused(FIRST, "[12, 40]", "[40, 12]");
    }

    @Test
    void aTensorOfWholeNumbers() throws IOException {
        save(tensors -> tensors.put(FIRST, Tensor.zeros(DType.I32, 40, 12)));
        assertRefused(FIRST, "I32");
    }

    @Test
    void noWeights() throws IOException {
        Files.delete(weights);
        assertRefused("model.safetensors", "no such file");
    }

    @Test
    void weightsThatAreCutShort() throws IOException {
        byte[] whole = Files.readAllBytes(weights);
        var random = new Random(3);
        for (int i = 0; i < 50; i++) {
            Files.write(weights, Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertRefused("model.safetensors");
        }
    }

    @Test
    void aFlippedBitInWeightsWithChecksums() throws IOException {
        save(tensors -> {});
        byte[] whole = Files.readAllBytes(weights);
        var random = new Random(4);
        for (int i = 0; i < 50; i++) {
            byte[] damaged = whole.clone();
            int data = whole.length - 1 - random.nextInt(4 * 12 * 40);
            damaged[data] ^= (byte) (1 << random.nextInt(8));
            Files.write(weights, damaged);
            assertRefused("model.safetensors", "checksum");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no JSON             | {'model_type':             | not valid JSON",
                "no object           | []                         | not a JSON object",
                "empty               | ``                         | config.json",
                "unknown family      | {'model_type':'gpt9'}      | gpt9",
                "negative size       | 'n_embd':-12               | n_embd",
                "zero layers         | 'n_layer':0                | n_layer",
                "fractional heads    | 'n_head':1.5               | n_head",
                "more than an int    | 'vocab_size':4294967336    | vocab_size",
                "a huge vocabulary   | 'vocab_size':2147483647    | transformer.wte.weight",
                "a huge width        | 'n_embd':2147483646        | transformer.wte.weight",
                "a million layers    | 'n_layer':1000000          | transformer.h.1.",
                "a word for a number | 'n_positions':'many'       | n_positions",
            })
    void aConfigurationOf(String what, String json, String named) throws IOException {
        String broken = json.replace('\'', '"');
        boolean whole = !broken.startsWith("\"");
        String key = broken.split(":", 2)[0];
        String config = whole ? broken : CONFIG.replaceFirst(key + ":[^,}]*", broken);
        Files.writeString(directory.resolve("config.json"), config);
        assertRefused(named);
    }

    private void assertRefused(String... named) {
        assertThatThrownBy(() -> Models.decoder(directory))
                .satisfies(e -> assertThat(e)
                        .as(e.toString())
                        .isInstanceOfAny(CheckpointException.class, ModelException.class)
                        .message()
                        .contains(named)
                        .hasSizeLessThan(1100)
                        .doesNotContainPattern("\\p{Cntrl}"));
    }

    /** A fresh model with its tensors changed, and checksums. */
    private void save(Consumer<Map<String, Tensor>> change) throws IOException {
        var config = new ObjectMapper().readTree(CONFIG);
        try (var scope = Scope.open();
                Decoder model = Models.decoder(config, 1)) {
            var tensors = new LinkedHashMap<>(model.parameters());
            change.accept(tensors);
            Models.save(model, directory).weights(tensors).checksums().write();
        }
    }
}
