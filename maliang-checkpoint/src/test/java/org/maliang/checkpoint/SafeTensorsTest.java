package org.maliang.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class SafeTensorsTest {
    @TempDir
    Path directory;

    private Scope scope;

    @BeforeEach
    void openScope() {
        scope = Scope.open();
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @Test
    void writesWhatHuggingFaceWrites() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("b", Tensor.of(new float[] {1, -2}, 2));
        tensors.put("half", Tensor.of(new float[] {1, 2, 3}, 1, 3).to(DType.BF16));
        tensors.put("a", Tensor.of(new float[] {3}, 1, 1));
        tensors.put("ids", Tensor.of(new long[] {7}, 1));
        Path file = directory.resolve("model.safetensors");
        SafeTensors.write(file, tensors, Map.ofEntries(SafeTensors.FORMAT));

        String header = "{'__metadata__':{'format':'pt'},'ids':{'dtype':'I64','shape':[1],'data_offsets':[0,8]},"
                + "'a':{'dtype':'F32','shape':[1,1],'data_offsets':[8,12]},"
                + "'b':{'dtype':'F32','shape':[2],'data_offsets':[12,20]},"
                + "'half':{'dtype':'BF16','shape':[1,3],'data_offsets':[20,26]}}";
        header = header.replace('\'', '"');
        header += " ".repeat(7 - (header.length() + 7) % 8);
        byte[] written = Files.readAllBytes(file);
        assertThat((written[0] & 0xff) | ((written[1] & 0xff) << 8)).isEqualTo(header.length());
        assertThat(new String(written, 8, header.length(), StandardCharsets.UTF_8))
                .isEqualTo(header);
        byte[] data = {7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x40, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0};
        assertThat(Arrays.copyOfRange(written, 8 + header.length(), 28 + header.length()))
                .isEqualTo(data);
    }

    @Test
    void bringsEveryTypeBack() {
        for (var dtype : DType.values()) {
            var tensor = Tensor.of(new long[] {0, 1, 1, 0, 1, 0}, 2, 3).to(dtype);
            Path file = directory.resolve(dtype + ".safetensors");
            SafeTensors.write(file, Map.of("x", tensor, "empty", Tensor.zeros(dtype, 0, 4)), Map.of());
            try (var weights = SafeTensors.open(file)) {
                var read = weights.tensor("x");
                assertThat(read.dtype()).isEqualTo(dtype);
                assertThat(read.shape()).containsExactly(2, 3);
                assertThat(read.to(DType.I64).toLongs()).containsExactly(0, 1, 1, 0, 1, 0);
                assertThat(weights.tensor("empty").shape()).containsExactly(0, 4);
            }
        }
    }

    @Test
    void loadThenSaveGivesTheSameBytes() throws IOException {
        try (var families = Files.list(Fixtures.folder(""))) {
            for (Path family : families.toList()) {
                Path file = family.resolve("model.safetensors");
                if (Files.exists(file)) {
                    assertThat(Files.mismatch(file, saveAgain(file)))
                            .as("%s", file)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void keepsUnalignedFilesOfOthersReadable() throws IOException {
        String json =
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'F32','shape':[2],'data_offsets':[1,9]}}";
        Path file = Files.write(directory.resolve("odd.safetensors"), HeaderTest.bytes(json, 9));
        assertThat(SafeTensors.open(file).tensor("b").toFloats()).containsExactly(0, 0);
    }

    @Test
    void namesWhatIsMissingAndWhatIsNear() {
        Path file = directory.resolve("model.safetensors");
        SafeTensors.write(file, Map.of("h.0.attn.weight", vector(1), "wte.weight", vector(2)), Map.of());
        var weights = SafeTensors.open(file);
        assertThatThrownBy(() -> weights.tensor("h.0.attn.weights"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'h.0.attn.weights' is missing")
                .hasMessageContaining("nearest present: 'h.0.attn.weight'");
        assertThatThrownBy(() -> weights.require(List.of("wte.weight", "wtf.weight", "h.1.attn.weight")))
                .hasMessageContaining("2 tensors are missing: 'wtf.weight', 'h.1.attn.weight'")
                .hasMessageContaining("'wte.weight', 'h.0.attn.weight'");
        weights.require(List.of("wte.weight"));
    }

    @Test
    void checksumsFindEveryFlippedBit() throws IOException {
        Path file = directory.resolve("model.safetensors");
        var metadata = new LinkedHashMap<>(Map.ofEntries(SafeTensors.FORMAT));
        metadata.putAll(Map.ofEntries(SafeTensors.CHECKSUM));
        SafeTensors.write(file, Map.of("x", vector(1000), "y", vector(3)), metadata);
        assertThat(SafeTensors.open(file).verify()).isEqualTo(2);
        assertThat(Files.mismatch(file, saveAgain(file))).isEqualTo(-1);

        byte[] good = Files.readAllBytes(file);
        long dataStart = SafeTensors.open(file).info("x").offset();
        for (int at = (int) dataStart; at < good.length; at += 97) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            Path damaged = Files.write(directory.resolve("damaged"), bad);
            assertThatThrownBy(() -> SafeTensors.open(damaged).verify())
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("has checksum");
        }
    }

    @Test
    void checksumsFindAChangedType() throws IOException {
        Path file = directory.resolve("model.safetensors");
        SafeTensors.write(file, Map.of("x", vector(4).to(DType.F16)), Map.ofEntries(SafeTensors.CHECKSUM));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).replace("\"F16\"", "\"I16\"");
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> SafeTensors.open(file).verify()).hasMessageContaining("'x' has checksum");
    }

    @Test
    void filesWithoutChecksumsPass() {
        Path file = directory.resolve("model.safetensors");
        SafeTensors.write(file, Map.of("x", vector(4)), Map.ofEntries(SafeTensors.FORMAT));
        assertThat(SafeTensors.open(file).verify()).isZero();
    }

    @Test
    void shardsAndIndexHoldTheWholeModel() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < 7; i++) {
            tensors.put("layer." + i, vector(10 + i));
        }
        SafeTensors.writeSharded(directory, tensors, Map.ofEntries(SafeTensors.CHECKSUM), 120);
        assertThat(directory.resolve("model-00001-of-00004.safetensors")).exists();
        Path index = directory.resolve("model.safetensors.index.json");
        assertThat(Files.readString(index))
                .startsWith(
                        "{\n  \"metadata\": {\n    \"total_size\": 364\n  },\n  \"weight_map\": {\n    \"layer.0\": \"model-")
                .endsWith("\n  }\n}\n");
        var weights = SafeTensors.openSharded(index);
        assertThat(weights.names()).isEqualTo(tensors.keySet());
        assertThat(weights.verify()).isEqualTo(7);
        tensors.forEach(
                (name, tensor) -> assertThat(weights.tensor(name).toFloats()).isEqualTo(tensor.toFloats()));
        assertThatThrownBy(() -> SafeTensors.writeSharded(directory, tensors, Map.of(), 60))
                .hasMessageContaining("mixed");
    }

    @Test
    void anIndexCannotLeadOutOfItsDirectory() throws IOException {
        for (String name :
                List.of("../x.safetensors", "/etc/x.safetensors", "..", "", "a\\\\b.safetensors", "passwd")) {
            Path index = Files.writeString(
                    directory.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"a\": \"" + name + "\"}}");
            assertThatThrownBy(() -> SafeTensors.openSharded(index))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("no safetensors file beside it");
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFileAlone() throws IOException {
        Path file = directory.resolve("model.safetensors");
        SafeTensors.write(file, Map.of("x", vector(4)), Map.of());
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    new SafeTensorsWriter(Entry.of(Map.of("x", vector(400))).values(), Map.of()).writeTo(channel);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": cannot be written: No space left on device; free some space or choose another"
                        + " place; what was there before is unchanged");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    private Path saveAgain(Path file) {
        Path copy = directory.resolve("again.safetensors");
        try (var weights = SafeTensors.open(file);
                var inner = Scope.open()) {
            var tensors = new LinkedHashMap<String, Tensor>();
            weights.names().forEach(name -> tensors.put(name, weights.tensor(name)));
            SafeTensors.write(copy, tensors, weights.metadata());
        }
        return copy;
    }

    private static Tensor vector(int size) {
        return Tensor.arange(size).to(DType.F32);
    }
}
