package org.maliang.checkpoint.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class NumpyTest {
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

    /** The bytes of {@code numpy.save} for {@code numpy.array([[1, 2, 3], [4, 5, 6]], 'f4')}, after its documentation. */
    @Test
    void readsAnArrayAsNumPyWritesIt() throws IOException {
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        String header = dictionary + " ".repeat(118 - dictionary.length() - 1) + "\n";
        Path file = directory.resolve("wte.npy");
        Files.write(file, npy(1, header, floats(1, 2, 3, 4, 5, 6)));
        assertThat(Files.size(file)).isEqualTo(128 + 24);
        try (Weights weights = Numpy.open(file)) {
            assertThat(weights.names()).containsExactly("wte");
            assertThat(weights.info("wte").offset()).isEqualTo(128);
            assertThat(weights.tensor("wte").shape()).containsExactly(2, 3);
            assertThat(weights.tensor("wte").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThatThrownBy(() -> weights.tensor("wpe"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("'wpe' is missing");
        }
        Path written = directory.resolve("a.npz");
        Numpy.write(written, Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)));
        try (var zip = new ZipFile(written.toFile())) {
            assertThat(zip.getInputStream(zip.getEntry("x.npy")).readAllBytes()).isEqualTo(Files.readAllBytes(file));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsEveryVersionAndOrder(int version) throws IOException {
        Path file = directory.resolve("a.npy");
        String header = "{\"shape\": (2L, 3L), 'fortran_order': True, 'descr': '<f4'}";
        Files.write(file, npy(version, header, floats(1, 4, 2, 5, 3, 6)));
        try (Weights weights = Numpy.open(file)) {
            assertThat(weights.tensor("a").shape()).containsExactly(2, 3);
            assertThat(weights.tensor("a").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
        }
        Files.write(file, npy(version, "{'descr': '<f4', 'fortran_order': True, 'shape': ()}", floats(7)));
        try (Weights weights = Numpy.open(file)) {
            assertThat(weights.tensor("a").shape()).isEmpty();
            assertThat(weights.tensor("a").item()).isEqualTo(7);
        }
    }

    @Test
    void bringsEveryTypeBack() {
        var tensors = new LinkedHashMap<String, Tensor>();
        for (DType dtype : DType.values()) {
            tensors.put(
                    "layer/" + dtype,
                    Tensor.of(new long[] {0, 1, 1, 0, 1, 0}, 2, 3).to(dtype));
        }
        tensors.put("empty", Tensor.zeros(DType.F32, 0, 4));
        tensors.put("scalar", Tensor.scalar(3, DType.F64));
        tensors.put("list", Tensor.arange(3));
        tensors.put("transposed", Tensor.arange(6).view(3, 2).transpose(0, 1));
        Path file = directory.resolve("all.npz");
        Numpy.write(file, tensors);
        Path again = directory.resolve("again.npz");
        try (Weights weights = Numpy.open(file)) {
            assertThat(weights.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(weights.verify()).isEqualTo(tensors.size());
            tensors.forEach((name, tensor) -> {
                Tensor read = weights.tensor(name);
                assertThat(read.dtype()).isEqualTo(tensor.dtype() == DType.BF16 ? DType.F32 : tensor.dtype());
                assertThat(weights.info(name).dtype()).isEqualTo(read.dtype());
                assertThat(read.shape()).isEqualTo(tensor.shape());
                if (!name.equals("empty")) {
                    assertThat(read.to(DType.I64).toLongs())
                            .isEqualTo(tensor.to(DType.I64).toLongs());
                }
            });
            Numpy.write(again, weights);
        }
        assertThat(again).hasSameBinaryContentAs(file);
    }

    @Test
    void unpacksCompressedArrays() throws IOException {
        Path file = directory.resolve("c.npz");
        byte[] zeros = new byte[4 * 100_000];
        zeros[4] = 1;
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            zip.write(npy(1, "{'descr': '<i4', 'fortran_order': False, 'shape': (100000,)}", zeros));
            zip.putNextEntry(new ZipEntry("read me.txt"));
            zip.write(1);
        }
        assertThat(Files.size(file)).isLessThan(2000);
        try (Weights weights = Numpy.open(file)) {
            assertThat(weights.names()).containsExactly("a");
            assertThat(weights.tensor("a").narrow(0, 0, 3).toInts()).containsExactly(0, 1, 0);
            assertThat(weights.verify()).isEqualTo(1);
        }
    }

    @Test
    void noticesDamageInside() throws IOException {
        Path file = directory.resolve("a.npz");
        Numpy.write(file, Map.of("x", Tensor.of(new int[] {0x06060606}, 1)));
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("\6\6\6\6")]++;
        Files.write(file, bytes);
        try (Weights weights = Numpy.open(file)) {
            assertThatThrownBy(weights::verify)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("'x' has another checksum");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "{'descr': '|O', 'fortran_order': False, 'shape': (1,)} @ Python objects",
                "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)} @ big-endian",
                "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)} @ '<c8'",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} @ record",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} @ 4 bytes",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 999999999999)} @ 4 bytes",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)} @ not NumPy's",
                "{'descr': '<f4', 'fortran_order': False} @ not NumPy's",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1} @ not NumPy's",
            })
    void refusesByName(String header, String why) throws IOException {
        Path file = directory.resolve("a.npy");
        Files.write(file, npy(1, header, floats(1)));
        assertThatThrownBy(() -> Numpy.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": array 'a' ")
                .hasMessageContaining(why);
    }

    @Test
    @Timeout(180)
    void damagedFilesAreRefusedOrRead() throws IOException {
        Path good = directory.resolve("good.npz");
        Numpy.write(good, Map.of("a", Tensor.arange(40).to(DType.F32), "b", Tensor.zeros(DType.F16, 3, 5)));
        byte[] stored = Files.readAllBytes(good);
        byte[] deflated;
        try (var bytes = new ByteArrayOutputStream();
                var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            zip.write(npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (5,)}", floats(1, 2, 3, 4, 5)));
            zip.closeEntry();
            zip.finish();
            deflated = bytes.toByteArray();
        }
        byte[] plain = npy(2, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}", floats(1, 2, 3, 4));
        var random = new Random(12);
        int refused = 0;
        for (int round = 0; round < 1000; round++) {
            byte[] damaged = (round % 4 == 0 ? plain : round % 4 == 1 ? deflated : stored).clone();
            for (int change = 0; change < 1 + round % 5; change++) {
                // Half of the changes hit the end, where a zip archive has its directory.
                int last = random.nextBoolean() ? damaged.length : Math.min(damaged.length, 150);
                damaged[damaged.length - 1 - random.nextInt(last)] = (byte) random.nextInt(256);
            }
            int length = round % 10 == 0 ? random.nextInt(damaged.length) : damaged.length;
            Path file = directory.resolve("damaged");
            Files.write(file, Arrays.copyOf(damaged, length));
            try (Weights read = Numpy.open(file)) {
                for (String name : read.names()) {
                    assertThat(read.tensor(name).elements()).isLessThanOrEqualTo(100);
                }
                read.verify();
            } catch (CheckpointException e) {
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isBetween(300, 999);
    }

    private static byte[] npy(int version, String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(8 + (version == 1 ? 2 : 4) + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        bytes.put((byte) version).put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        return bytes.put(text).put(data).array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
