package org.maliang.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.maliang.checkpoint.torch.TorchBytes.bytes;
import static org.maliang.checkpoint.torch.TorchBytes.tensor;
import static org.maliang.checkpoint.torch.TorchBytes.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Fixtures;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class TorchFileTest {
    private static final float[] COUNT = numbers(60);

    /** Two tensors tied to one storage, one of them a transposed window; a third of its own, in a dictionary. */
    private static final byte[] PICKLE = bytes("\u0080\2}("
            + text("wte.weight") + tensor("7", 60, 0, "K\12K\6\u0086", "K\6K\1\u0086")
            + text("head.weight") + tensor("7", 60, 13, "K\3K\2\u0086", "K\2K\14\u0086")
            + text("step") + "M\1\2"
            + text("h") + "}" + text("bias") + tensor("10", 2, 0, "K\2\u0085", "K\1\u0085") + "su.");

    private static final Map<String, float[]> STORAGES = Map.of("7", COUNT, "10", new float[] {-1, 0.5f});

    @TempDir
    private Path folder;

    @Test
    void windowsOnSharedStoragesAreRight() {
        assertContent(TorchBytes.zip(folder.resolve("zip.pt"), PICKLE, STORAGES, false));
    }

    @Test
    void compressedArchivesAreRead() {
        assertContent(TorchBytes.zip(folder.resolve("deflated.pt"), PICKLE, STORAGES, true));
    }

    @Test
    void filesBeforeVersion16AreRead() {
        assertContent(TorchBytes.legacy(folder.resolve("legacy.pt"), PICKLE, List.of("10", "7"), STORAGES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp16_zip", "fp32_zip", "fp32_legacy"})
    void filesOfDeepSpeedAreRead(String set) {
        Path file = Fixtures.folder("cpm_megatron").resolve(set).resolve("mp_rank_00_model_states.pt");
        var read = TorchFile.read(file);
        assertThat(((Map<?, ?>) read.root()).keySet().stream().map(Object::toString))
                .contains("module", "csr_tensor_module_names", "mp_world_size", "np_rng_state");
        assertThat(((Map<?, ?>) read.root()).get("mp_world_size")).isEqualTo(2L);
        try (var weights = read.weights("module")) {
            var info = weights.info("word_embeddings.weight");
            assertThat(info.shape()).containsExactly(48L, 32L);
            assertThat(info.dtype()).isEqualTo(set.startsWith("fp16") ? DType.F16 : DType.F32);
        }
    }

    @Test
    void bothFormsHoldTheSameNumbers() {
        Path cpm = Fixtures.folder("cpm_megatron");
        try (var scope = Scope.open();
                var zip = TorchFile.open(cpm.resolve("fp32_zip/mp_rank_01_model_states.pt"));
                var legacy = TorchFile.open(cpm.resolve("fp32_legacy/mp_rank_01_model_states.pt"))) {
            assertThat(zip.names()).isEqualTo(legacy.names()).hasSizeGreaterThan(20);
            for (String name : zip.names()) {
                assertThat(zip.tensor(name).eq(legacy.tensor(name)).all())
                        .as(name)
                        .isTrue();
            }
        }
    }

    @Test
    void modelDirectoriesMayHoldFilesOfPyTorch() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");
        TorchBytes.zip(folder.resolve("pytorch_model.bin"), PICKLE, STORAGES, false);
        try (var weights = ModelDirectory.open(folder).weights()) {
            assertThat(weights.names()).containsExactly("wte.weight", "head.weight", "h.bias");
        }
        Files.move(folder.resolve("pytorch_model.bin"), folder.resolve("pytorch_model-00001-of-00001.bin"));
        String index = "{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\"h.bias\": \"%s\"}}";
        Path indexFile = folder.resolve("pytorch_model.bin.index.json");
        Files.writeString(indexFile, index.formatted("pytorch_model-00001-of-00001.bin"));
        try (var scope = Scope.open();
                var weights = ModelDirectory.open(folder).weights()) {
            assertThat(weights.names()).containsExactly("h.bias");
            assertThat(weights.tensor("h.bias").toFloats()).containsExactly(-1, 0.5f);
        }
        Files.writeString(indexFile, index.formatted("../elsewhere.bin"));
        assertThatThrownBy(() -> ModelDirectory.open(folder).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no bin file beside it");
    }

    @Test
    void aMissingDictionaryIsNamedWithWhatIsThere() {
        Path file = TorchBytes.zip(folder.resolve("a.pt"), PICKLE, STORAGES, false);
        assertThatThrownBy(() -> TorchFile.read(file).weights("module"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("has no dictionary 'module'")
                .hasMessageContaining("'wte.weight', 'head.weight'");
    }

    // ---------------------------------------------------------------- calls

    static Stream<String> attacks() {
        String run = "(S'touch %s'\ntR";
        return Stream.of(
                "cos\nsystem\n" + run,
                "cposix\nsystem\n" + run,
                "cnt\nsystem\n" + run,
                "cbuiltins\neval\n" + run,
                "c__builtin__\neval\n" + run,
                "cbuiltins\nexec\n" + run,
                "cbuiltins\ngetattr\n" + run,
                "csubprocess\nPopen\n" + run,
                "ctorch.hub\nload\n" + run,
                "ctorch.storage\n_load_from_bytes\n" + run,
                "cnumpy.testing._private.utils\nrunstring\n" + run,
                "(S'touch %s'\nios\nsystem\n", // INST
                "(cos\nsystem\nS'touch %s'\no", // OBJ
                "cos\nsystem\n(S'touch %s'\nt\u0081", // NEWOBJ
                "ccopyreg\n_reconstructor\n(cos\nsystem\ncbuiltins\nobject\nNtR",
                "\u008c\2os\u008c\6system\u0093" + run, // STACK_GLOBAL
                "ctorch._utils\n_rebuild_parameter\n(cos\nsystem\n" + run + "\u0088}tR", // nested
                "ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nNS'touch %s'\n\u0085NtR",
                "}(U\1acos\nsystem\n" + run + "u");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void aPickleThatWouldRunCodeIsRefusedByName(String attack) {
        Path marker = folder.resolve("marker");
        byte[] pickle = bytes(attack.formatted(marker) + ".");
        for (Path file : List.of(
                TorchBytes.zip(folder.resolve("attack.pt"), pickle, Map.of(), false),
                TorchBytes.legacy(folder.resolve("attack.old"), pickle, List.of(), Map.of()))) {
            assertThatThrownBy(() -> TorchFile.read(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageMatching(".*asks for a call of '[\\w.]+', .*; nothing was executed; .*");
        }
        assertThat(marker).doesNotExist();
    }

    @Test
    void objectsOfUnknownClassesAreData() {
        String scaler = "cdeepspeed.runtime.fp16.loss_scaler\nDynamicLossScaler\n)\u0081}" + text("cur_scale") + "G"
                + "\100\160\0\0\0\0\0\0" + "sb";
        byte[] pickle = bytes("\u0080\2}(" + text("scaler") + scaler + text("w")
                + tensor("0", 2, 0, "K\2\u0085", "K\1\u0085") + "u.");
        Path file = TorchBytes.zip(folder.resolve("a.pt"), pickle, Map.of("0", new float[] {1, 2}), false);
        var read = TorchFile.read(file);
        assertThat(((Map<?, ?>) read.root()).get("scaler")).isInstanceOfSatisfying(PythonObject.class, object -> {
            assertThat(object.type()).hasToString("deepspeed.runtime.fp16.loss_scaler.DynamicLossScaler");
            assertThat(object.attributes()).containsEntry("cur_scale", 256.0);
        });
        assertThat(read.weights().names()).containsExactly("w");
    }

    // ---------------------------------------------------------------- damage

    @Test
    void tensorsMayNotLeaveTheirStorage() {
        byte[] behind = bytes("}" + text("w") + tensor("0", 2, 1, "K\2\u0085", "K\1\u0085") + "s.");
        byte[] huge = bytes("}" + text("w") + tensor("0", 2, 0, "J\u00ff\u00ff\u00ff\177\u0085", "K\0\u0085") + "s.");
        byte[] storage = bytes("}" + text("w") + tensor("0", 999, 0, "K\2\u0085", "K\1\u0085") + "s.");
        for (byte[] pickle : List.of(behind, huge, storage)) {
            Path file = TorchBytes.zip(folder.resolve("a.pt"), pickle, Map.of("0", new float[] {1, 2}), false);
            assertThatThrownBy(() -> TorchFile.read(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageMatching(".*(leaves its storage|larger than the file|missing or too short).*");
        }
    }

    @Test
    void sharedDictionariesDoNotMultiply() {
        var pickle = new StringBuilder("}q\0" + text("w") + tensor("0", 1, 0, "K\1\u0085", "K\1\u0085") + "s0");
        for (int level = 1; level < 25; level++) { // 2 to the 24th names
            char below = (char) (level - 1);
            pickle.append("}q" + (char) level + "(U\1ah" + below + "U\1bh" + below + "u0");
        }
        pickle.append("h" + (char) 24 + ".");
        Path file = TorchBytes.zip(folder.resolve("a.pt"), bytes(pickle.toString()), Map.of("0", new float[1]), false);
        assertThatThrownBy(() -> TorchFile.read(file).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("names are longer than the file");
    }

    @Test
    void checksumsOfArchivesAreCompared() throws IOException {
        Path legacy = TorchBytes.legacy(folder.resolve("legacy.pt"), PICKLE, List.of("10", "7"), STORAGES);
        assertThat(TorchFile.open(legacy).verify()).isZero();
        assertThat(TorchFile.open(TorchBytes.zip(folder.resolve("b.pt"), PICKLE, STORAGES, true))
                        .verify())
                .isEqualTo(3);
        Path file = TorchBytes.zip(folder.resolve("a.pt"), PICKLE, STORAGES, false);
        var weights = TorchFile.open(file);
        assertThat(weights.verify()).isEqualTo(3);
        byte[] content = Files.readAllBytes(file);
        content[(int) weights.info("h.bias").offset()] ^= 1;
        Files.write(file, content);
        assertThatThrownBy(() -> TorchFile.open(file).verify())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("storage '10' does not have the checksum");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path file = folder.resolve("a.pt");
        for (String content : List.of("", "x", "version https://git-lfs.github.com/spec/v1\n", "PK\3\4 and no more")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> TorchFile.read(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("a.pt: is ");
        }
        assertThatThrownBy(() -> TorchFile.read(folder.resolve("none.pt")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no such file");
    }

    private static void assertContent(Path file) {
        try (var scope = Scope.open();
                Weights weights = TorchFile.open(file)) {
            assertThat(weights.names()).containsExactly("wte.weight", "head.weight", "h.bias");
            assertThat(weights.tensor("wte.weight").toFloats()).containsExactly(COUNT);
            Tensor head = weights.tensor("head.weight"); // [3, 2]
            assertThat(head.shape()).containsExactly(3, 2);
            assertThat(head.toFloats()).containsExactly(13, 25, 15, 27, 17, 29);
            assertThat(weights.tensor("h.bias").toFloats()).containsExactly(-1, 0.5f);
            assertThat(weights.info("head.weight").bytes()).isEqualTo(24);
        }
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        IntStream.range(0, count).forEach(i -> numbers[i] = i);
        return numbers;
    }
}
