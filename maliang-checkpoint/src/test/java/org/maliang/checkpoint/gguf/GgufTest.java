package org.maliang.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class GgufTest {

    @TempDir
    private Path directory;

    @Test
    void keepsValuesAndTensors() {
        Path file = directory.resolve("m.gguf");
        try (Scope scope = Scope.open()) {
            write(file);
            try (Gguf read = Gguf.open(file)) {
                assertThat(read.text("general.architecture")).hasValue("gpt2");
                assertThat(read.number("gpt2.block_count")).hasValue(2L);
                assertThat(read.value("gpt2.epsilon", Double.class).orElseThrow())
                        .isCloseTo(1e-5, within(1e-12));
                assertThat(read.value("flag", Boolean.class)).hasValue(true);
                assertThat(read.texts("tokens")).containsExactly("春", "", "江花");
                assertThat(read.value("types", int[].class)).hasValue(new int[] {3, -1, 1});
                assertThat(read.value("scores", float[].class)).hasValue(new float[] {0.5f, -2});
                assertThat(read.names()).containsExactly("a", "b", "c", "d");
                assertThat(read.info("b").shape()).containsExactly(2L, 64L);
                for (String name : read.names()) {
                    assertThat(read.tensor(name).shape())
                            .isEqualTo(numbers(name).shape());
                    assertThat(read.info(name).bytes())
                            .isEqualTo(read.tensor(name).bytes());
                }
                assertThat(read.tensor("a").toFloats()).isEqualTo(numbers("a").toFloats());
                assertThat(read.tensor("d").toFloats())
                        .isEqualTo(numbers("d").to(DType.BF16).toFloats());
                assertThatThrownBy(() -> read.tensor("e"))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("'e' is missing");
            }
        }
    }

    /** A block spreads its scale over 255, or 16, steps: no number is off by more than half a step, the outermost by none. */
    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void quantisedNumbersAreWithinHalfAStep(GgufType type) {
        Path file = directory.resolve("q.gguf");
        float[] numbers = new float[32 * 50];
        var random = new Random(5);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        Arrays.fill(numbers, 64, 96, 0);
        try (Scope scope = Scope.open()) {
            Tensor tensor = Tensor.of(numbers, 10, 160);
            Gguf.writer(file)
                    .tensor("x", type, List.of(10L, 160L), () -> tensor)
                    .write();
            float[] read = Gguf.open(file).tensor("x").toFloats();
            for (int block = 0; block < numbers.length; block += 32) {
                float most = 0;
                for (int i = block; i < block + 32; i++) {
                    most = Math.max(most, Math.abs(numbers[i]));
                }
                float step = type == GgufType.Q8_0 ? most / 127 : most / 8;
                for (int i = block; i < block + 32; i++) {
                    boolean clipped = type == GgufType.Q4_0 && Math.abs(numbers[i]) > 7.5 * step;
                    assertThat(read[i]).isCloseTo(numbers[i], within(step * (clipped ? 1.01f : 0.51f) + 1e-3f * most));
                }
            }
        }
    }

    /** Blocks written down by hand from llama.cpp's description. */
    @Test
    void readsBlocksAsLlamaCppLaysThemOut() {
        float[] numbers = new float[32];
        var bytes = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) 0x3800); // 0.5
        for (int i = 0; i < 16; i++) {
            bytes.put((byte) (i | (15 - i) << 4));
        }
        Blocks.read(GgufType.Q4_0, bytes.flip(), numbers);
        assertThat(numbers[0]).isEqualTo(-4);
        assertThat(numbers[15]).isEqualTo(3.5f);
        assertThat(numbers[16]).isEqualTo(3.5f);
        assertThat(numbers[31]).isEqualTo(-4);
        bytes.clear().putShort((short) 0x3c00).putShort((short) 0xc000).putInt(1 << 31 | 1);
        bytes.put(new byte[16]);
        Blocks.read(GgufType.Q5_1, bytes.flip(), numbers);
        assertThat(numbers[0]).isEqualTo(14);
        assertThat(numbers[1]).isEqualTo(-2);
        assertThat(numbers[31]).isEqualTo(14);
    }

    /** Of 256 numbers: the first and last of a few parts, worked out by hand. */
    @Test
    void readsSuperBlocksAsLlamaCppLaysThemOut() {
        float[] numbers = new float[256];
        var fours = java.nio.ByteBuffer.allocate(144).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        fours.putShort((short) 0x3c00).putShort((short) 0x3800); // 1 and 0.5
        fours.put(0, (byte) 0)
                .put(4, (byte) (3 | 1 << 6))
                .put(8, (byte) (2 | 2 << 6))
                .put(12, (byte) (5 | 7 << 4));
        fours.putShort(0, (short) 0x3c00).put(16, (byte) (9 | 4 << 4)).put(80, (byte) (6 | 15 << 4));
        Blocks.read(GgufType.Q4_K, fours.position(0), numbers);
        assertThat(numbers[0]).isEqualTo(3 * 9 - 0.5f * 2);
        assertThat(numbers[1]).isEqualTo(-0.5f * 2);
        assertThat(numbers[32])
                .as("the second part has neither scale nor minimum")
                .isZero();
        assertThat(numbers[128]).isEqualTo((5 + 16) * 6 - 0.5f * (7 + 2 * 16));

        var fives = java.nio.ByteBuffer.allocate(176).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        fives.putShort(0, (short) 0x3c00).put(5, (byte) 2).put(16, (byte) 2).put(48, (byte) (9 << 4));
        Blocks.read(GgufType.Q5_K, fives.position(0), numbers);
        assertThat(numbers[32]).isEqualTo(2 * (9 + 16));

        var sixes = java.nio.ByteBuffer.allocate(210).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        sixes.put(0, (byte) (5 | 6 << 4))
                .put(128, (byte) (1 | 3 << 4))
                .put(192, (byte) 2)
                .put(196, (byte) -1);
        sixes.putShort(208, (short) 0x4000); // 2
        Blocks.read(GgufType.Q6_K, sixes.position(0), numbers);
        assertThat(numbers[0]).isEqualTo(2 * 2 * (5 + 16 - 32));
        assertThat(numbers[64]).isEqualTo(2 * -1 * (6 + 3 * 16 - 32));
        assertThat(numbers[1]).isEqualTo(2 * 2 * -32);
        assertThat(numbers[255]).isEqualTo(-0f);
    }

    @Test
    void halvesAreRoundedToTheNearest() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.toFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(Half.of(value)).isEqualTo((short) bits);
            }
        }
        assertThat(Half.of(1 + 0x1p-11f)).as("ties to even").isEqualTo(Half.of(1));
        assertThat(Half.of(1 + 3 * 0x1p-11f)).as("ties to even").isEqualTo(Half.of(1 + 0x1p-9f));
        assertThat(Half.of(65520)).isEqualTo((short) 0x7c00);
        assertThat(Half.toFloat(Half.of(1e-9f))).isZero();
    }

    @Test
    @Timeout(60)
    void damagedFilesAreRefusedOrRead() throws IOException {
        Path good = directory.resolve("good.gguf");
        try (Scope scope = Scope.open()) {
            write(good);
        }
        byte[] content = Files.readAllBytes(good);
        var random = new Random(11);
        int refused = 0;
        for (int round = 0; round < 1000; round++) {
            byte[] damaged = content.clone();
            for (int change = 0; change < 1 + round % 4; change++) {
                damaged[random.nextInt(round % 2 == 0 ? 400 : damaged.length)] = (byte) random.nextInt(256);
            }
            int length = round % 10 == 0 ? random.nextInt(damaged.length) : damaged.length;
            Path file = directory.resolve("damaged.gguf");
            Files.write(file, Arrays.copyOf(damaged, length));
            try (Scope scope = Scope.open();
                    Gguf read = Gguf.open(file)) {
                read.names()
                        .forEach(
                                name -> assertThat(read.tensor(name).elements()).isNotNegative());
            } catch (CheckpointException e) {
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 990);
    }

    private static Tensor numbers(String name) {
        return switch (name) {
            case "a" -> Tensor.arange(6).to(DType.F32).view(3, 2);
            case "b", "c" -> Tensor.arange(128).to(DType.F32).div(7).view(2, 64);
            default -> Tensor.arange(5).to(DType.F32).div(3);
        };
    }

    private static void write(Path file) {
        GgufWriter writer = Gguf.writer(file)
                .put("general.architecture", "gpt2")
                .put("gpt2.block_count", 2)
                .put("gpt2.epsilon", 1e-5f)
                .put("flag", true)
                .put("tokens", List.of("春", "", "江花"))
                .put("types", 3, -1, 1)
                .put("scores", new float[] {0.5f, -2});
        writer.tensor("a", GgufType.F32, List.of(3L, 2L), () -> numbers("a"));
        writer.tensor("b", GgufType.Q8_0, List.of(2L, 64L), () -> numbers("b"));
        writer.tensor("c", GgufType.Q4_0, List.of(2L, 64L), () -> numbers("c"));
        writer.tensor("d", GgufType.BF16, List.of(5L), () -> numbers("d"));
        writer.write();
    }
}
