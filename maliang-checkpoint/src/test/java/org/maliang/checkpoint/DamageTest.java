package org.maliang.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Whatever happens to a file with checksums: it is refused in one line, or it still says the same. */
class DamageTest {
    private static final String SEED = "20240301";

    private static Path file;
    private static byte[] good;
    private static Map<String, String> content;

    @BeforeContainer
    static void writeGoodFile() throws IOException {
        file = Files.createTempDirectory("maliang").resolve("model.safetensors");
        var metadata = new LinkedHashMap<>(Map.ofEntries(SafeTensors.FORMAT));
        metadata.putAll(Map.ofEntries(SafeTensors.CHECKSUM));
        try (var scope = Scope.open()) {
            var tensors = Map.of(
                    "transformer.wte.weight", Tensor.arange(60).to(DType.F32).reshape(20, 3),
                    "transformer.h.0.bias", Tensor.arange(7).to(DType.BF16),
                    "字", Tensor.arange(4));
            SafeTensors.write(file, tensors, metadata);
        }
        good = Files.readAllBytes(file);
        content = read();
    }

    @AfterContainer
    static void removeFile() throws IOException {
        Files.delete(file);
        Files.delete(file.getParent());
    }

    @Property(seed = SEED, tries = 2000, shrinking = ShrinkingMode.OFF)
    void anyFlippedBit(@ForAll @IntRange(max = 1 << 20) int place) throws IOException {
        byte[] bytes = good.clone();
        int bit = place % (8 * bytes.length);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        refusedOrTheSame(bytes);
    }

    @Property(seed = SEED, tries = 300)
    void anyOtherLength(@ForAll @IntRange(max = 4096) int length) throws IOException {
        if (length != good.length) {
            refused(Arrays.copyOf(good, length));
        }
    }

    @Property(seed = SEED, tries = 500)
    void anyHeaderLength(@ForAll long length) throws IOException {
        byte[] bytes = good.clone();
        var start = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (length != start.getLong(0)) {
            start.putLong(0, length);
            refused(bytes);
        }
    }

    @Property(seed = SEED, tries = 500)
    void anyShortHeaderLength(@ForAll @IntRange(max = 2048) int length) throws IOException {
        anyHeaderLength(length);
    }

    @Property(seed = SEED, tries = 1000)
    void anyBytesOverwritten(@ForAll @IntRange(max = 4096) int place, @ForAll byte[] junk) throws IOException {
        byte[] bytes = good.clone();
        int at = place % bytes.length;
        System.arraycopy(junk, 0, bytes, at, Math.min(junk.length, bytes.length - at));
        refusedOrTheSame(bytes);
    }

    @Property(seed = SEED, tries = 500)
    void anyHeaderOfJunk(@ForAll byte[] header) throws IOException {
        refused(ByteBuffer.allocate(8 + header.length + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array());
    }

    private static void refusedOrTheSame(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            assertThat(read()).isEqualTo(content);
        } catch (CheckpointException e) {
            assertOneLine(e);
        }
    }

    private static void refused(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(DamageTest::read)
                .isInstanceOfSatisfying(CheckpointException.class, DamageTest::assertOneLine);
    }

    /** What, where and what to do, in one line without surprises for a terminal. */
    private static void assertOneLine(CheckpointException e) {
        assertThat(e.getMessage())
                .startsWith(file + ": ")
                .contains("; ")
                .hasSizeLessThan(1100)
                .doesNotContainPattern("\\p{Cntrl}");
    }

    /** Type, shape and numbers by name; the checksums are compared, too. */
    private static Map<String, String> read() {
        try (var scope = Scope.open();
                var weights = SafeTensors.open(file)) {
            weights.verify();
            var read = new TreeMap<String, String>();
            for (String name : weights.names()) {
                var tensor = weights.tensor(name);
                float[] numbers = tensor.to(DType.F32).toFloats();
                read.put(name, weights.info(name).shape() + " " + tensor.dtype() + " " + Arrays.toString(numbers));
            }
            return read;
        }
    }
}
