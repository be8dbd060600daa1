package org.maliang.checkpoint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;

class TensorFlowCheckpointTest {
    private static final int FLOAT = 1;
    private static final int STRING = 7;
    private static final int INT64 = 9;
    private static final int BFLOAT16 = 14;

    @TempDir
    private Path directory;

    private Scope scope;

    @BeforeEach
    void openScope() {
        scope = Scope.open();
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({"1,false", "3,false", "100,false", "1,true", "100,true"})
    void readsTablesOfAnyLayout(int entriesInBlock, boolean compressed) {
        Bundle bundle = bundle().entriesInBlock(entriesInBlock);
        (compressed ? bundle.compressed() : bundle).write(directory.resolve("model.ckpt-7"));
        try (Weights weights = TensorFlowCheckpoint.open(directory.resolve("model.ckpt-7"))) {
            assertThat(List.copyOf(weights.names()))
                    .hasSize(24)
                    .contains("gpt2/wte", "global_step", "gpt2/h19/ln_1/g")
                    .isSorted();
            assertThat(weights.tensor("gpt2/wte").shape()).containsExactly(2, 3);
            assertThat(weights.tensor("gpt2/wte").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(weights.tensor("global_step").shape()).isEmpty();
            assertThat(weights.tensor("global_step").dtype()).isEqualTo(DType.I64);
            assertThat(weights.tensor("global_step").item()).isEqualTo(300);
            assertThat(weights.tensor("half").dtype()).isEqualTo(DType.BF16);
            assertThat(weights.tensor("half").toFloats()).containsExactly(1, -2);
            for (int layer = 0; layer < 20; layer++) {
                assertThat(weights.tensor("gpt2/h%02d/ln_1/g".formatted(layer)).toFloats())
                        .containsExactly(layer, layer + 0.5f);
            }
            assertThat(weights.verify()).isEqualTo(23);
        }
    }

    @Test
    void refusesByNameWhatIsNoTensor() {
        bundle().write(directory.resolve("m"));
        try (Weights weights = TensorFlowCheckpoint.open(directory.resolve("m.index"))) {
            assertThatThrownBy(() -> weights.tensor("_CHECKPOINTABLE_OBJECT_GRAPH"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("'_CHECKPOINTABLE_OBJECT_GRAPH' is of TensorFlow's type string");
            assertThatThrownBy(() -> weights.tensor("parts"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("'parts' is partitioned");
            assertThatThrownBy(() -> weights.tensor("gpt2/wpe"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("nearest present: 'gpt2/wte'");
        }
    }

    @Test
    void givesTensorsOfObjectsTheNamesOfTheirVariables() throws IOException {
        String key = "/.ATTRIBUTES/VARIABLE_VALUE";
        String slot = "a/w/.OPTIMIZER_SLOT/optimizer/m" + key;
        Bundle bundle = new Bundle()
                .tensor("variables/0" + key, 0, FLOAT, floats(1), 1)
                .tensor("a/w" + key, 0, FLOAT, floats(2), 1)
                .tensor("b/w" + key, 0, FLOAT, floats(3), 1)
                .tensor(slot, 0, FLOAT, floats(4), 1)
                .tensor("optimizer/decay" + key, 0, FLOAT, floats(5))
                .tensor("state" + key, 0, 23, new byte[8], 1)
                .graph(Map.of(
                        "variables/0" + key,
                        "gpt/ln/gamma",
                        "a/w" + key,
                        "w",
                        "b/w" + key,
                        "w",
                        slot,
                        "Adam/m",
                        "optimizer/decay" + key,
                        "SGD/decay"));
        Path variables = Files.createDirectories(directory.resolve("saved/variables"));
        bundle.write(variables.resolve("variables"));
        assertThat(TensorFlowCheckpoint.isAt(directory)).isFalse();
        assertThat(TensorFlowCheckpoint.isAt(directory.resolve("saved"))).isTrue();
        try (Weights weights =
                TensorFlowCheckpoint.open(directory.resolve("saved")).underVariableNames()) {
            assertThat(weights.names())
                    .containsExactlyInAnyOrder("gpt/ln/gamma", "a/w" + key, "b/w" + key, slot, "optimizer/decay" + key);
            assertThat(weights.tensor("gpt/ln/gamma").item()).isEqualTo(1);
        }
        bundle().write(directory.resolve("m"));
        assertThatThrownBy(
                        () -> TensorFlowCheckpoint.open(directory.resolve("m")).underVariableNames())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("damaged graph of objects");
    }

    @Test
    void findsTheLatestInADirectory() throws IOException {
        bundle().write(directory.resolve("model.ckpt-7"));
        assertThat(TensorFlowCheckpoint.open(directory).source()).hasFileName("model.ckpt-7.index");
        bundle().write(directory.resolve("model.ckpt-8"));
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(directory))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("name one by its prefix");
        Path state = directory.resolve("checkpoint");
        Files.writeString(state, "model_checkpoint_path: \"/gone/model.ckpt-8\"\nall_model_checkpoint_paths: \"x\"\n");
        assertThat(TensorFlowCheckpoint.open(directory).source()).hasFileName("model.ckpt-8.index");
        Files.writeString(state, "model_checkpoint_path: \"../model.ckpt-8\"\n");
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(directory)).hasMessageContaining("not beside it");
    }

    @Test
    void saysWhatIsMissingOrOld() throws IOException {
        Path old = directory.resolve("old.ckpt");
        Files.writeString(old, "tensor slices");
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(old))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("V1");
        bundle().write(directory.resolve("m"));
        Files.delete(directory.resolve("m.data-00001-of-00002"));
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(directory.resolve("m")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("m.data-00001-of-00002: no such file");
    }

    @Test
    void noticesDamageInData() throws IOException {
        bundle().write(directory.resolve("m"));
        Path data = directory.resolve("m.data-00000-of-00002");
        byte[] bytes = Files.readAllBytes(data);
        bytes[3] ^= 1;
        Files.write(data, bytes);
        try (Weights weights = TensorFlowCheckpoint.open(directory.resolve("m"))) {
            assertThatThrownBy(weights::verify)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("has another checksum");
        }
        Files.write(data, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(directory.resolve("m")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("lies outside its file");
    }

    /** The sums of the blocks are made right again, so that the damage is met behind them. */
    @Test
    @Timeout(180)
    void damagedFilesAreRefusedOrRead() throws IOException {
        Path prefix = directory.resolve("m");
        Path index = directory.resolve("m.index");
        var random = new Random(13);
        int refused = 0;
        for (int form = 0; form < 2; form++) {
            Bundle bundle = bundle().entriesInBlock(100);
            (form == 0 ? bundle : bundle.compressed()).write(prefix);
            byte[] good = Files.readAllBytes(index);
            for (int round = 0; round < 500; round++) {
                byte[] damaged = good.clone();
                for (int change = 0; change < 1 + round % 3; change++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                if (round % 10 == 0) {
                    damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
                } else {
                    repairSums(good, damaged);
                }
                Files.write(index, damaged);
                try (Weights read = TensorFlowCheckpoint.open(prefix)) {
                    for (String name : read.names()) {
                        assertThat(read.tensor(name).bytes()).isLessThanOrEqualTo(24);
                    }
                } catch (CheckpointException e) {
                    assertThat(e.getMessage()).startsWith(directory.toString()).doesNotContain("\n");
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(300, 1000);
    }

    /** Where the good file has a block, from its footer and index on; there are three. */
    private static void repairSums(byte[] good, byte[] damaged) {
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        int end = 0;
        for (int start = 0; start < good.length - 48; start = end) {
            for (end = start + 5; end <= good.length - 48; end++) {
                if (bytes.getInt(end - 4) == sum(good, start, end - 4)) {
                    ByteBuffer.wrap(damaged)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(end - 4, sum(damaged, start, end - 4));
                    break;
                }
            }
        }
    }

    private static int sum(byte[] bytes, int start, int end) {
        var sum = new CRC32C();
        sum.update(bytes, start, end - start);
        return SortedTable.masked(sum);
    }

    @Test
    void expandsWhatSnappyCompressed() {
        var random = new Random(14);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(3000)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(1 + round % 20);
            }
            ByteBuffer expanded = Snappy.expand(directory, ByteBuffer.wrap(Bundle.snappy(bytes)));
            assertThat(expanded.array()).isEqualTo(bytes);
        }
    }

    private static Bundle bundle() {
        Bundle bundle = new Bundle()
                .tensor("gpt2/wte", 0, FLOAT, floats(1, 2, 3, 4, 5, 6), 2, 3)
                .tensor("global_step", 1, INT64, new byte[] {44, 1, 0, 0, 0, 0, 0, 0})
                .tensor("half", 1, BFLOAT16, new byte[] {(byte) 0x80, 0x3f, 0, (byte) 0xc0}, 2)
                .tensor("_CHECKPOINTABLE_OBJECT_GRAPH", 1, STRING, "graph".getBytes(StandardCharsets.US_ASCII))
                .partitioned("parts")
                .entry("\0parts", new byte[0]);
        for (int layer = 0; layer < 20; layer++) {
            bundle.tensor("gpt2/h%02d/ln_1/g".formatted(layer), layer % 2, FLOAT, floats(layer, layer + 0.5f), 2);
        }
        return bundle;
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
