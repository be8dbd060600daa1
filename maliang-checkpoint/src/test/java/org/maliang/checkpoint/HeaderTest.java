package org.maliang.checkpoint;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.tensor.DType;

class HeaderTest {
    @TempDir
    Path directory;

    @Test
    void readsNamesShapesAndMetadata() {
        var header = Header.read(file(
                "{'__metadata__':{'format':'pt'},'b':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                        + "'a':{'dtype':'BF16','shape':[],'data_offsets':[24,26]},"
                        + "'空':{'dtype':'U8','shape':[0,5],'data_offsets':[26,26]}}  ",
                26));
        assertThat(header.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(header.tensors().keySet()).containsExactly("b", "a", "空");
        var b = header.tensors().get("b");
        assertThat(b.dtype()).isEqualTo(DType.F32);
        assertThat(b.shape()).isEqualTo(List.of(2L, 3L));
        assertThat(b.bytes()).isEqualTo(24);
        assertThat(b.offset()).isEqualTo(header.bytes() - 26);
        assertThat(header.tensors().get("空").elements()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "overlap           | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'b':{'dtype':'U8','shape':[8],'data_offsets':[4,12]}} | overlaps",
                "same range        | {'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]},'b':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}} | overlaps",
                "gap               | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[8,12]}} | gap",
                "behind the end    | {'a':{'dtype':'U8','shape':[13],'data_offsets':[0,13]}} | behind the end",
                "data left over    | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | 8 bytes lie behind",
                "no tensor         | {} | 12 bytes lie behind",
                "wrong size        | {'a':{'dtype':'F32','shape':[4],'data_offsets':[0,12]}} | needs 16 bytes but its data has 12",
                "negative shape    | {'a':{'dtype':'U8','shape':[-12],'data_offsets':[0,12]}} | negative",
                "negative offset   | {'a':{'dtype':'U8','shape':[12],'data_offsets':[-12,0]}} | negative",
                "backward range    | {'a':{'dtype':'U8','shape':[12],'data_offsets':[12,0]}} | no byte range",
                "huge range        | {'a':{'dtype':'U8','shape':[12],'data_offsets':[9223372036854775795,9223372036854775807]}} | no byte range",
                "one offset        | {'a':{'dtype':'U8','shape':[12],'data_offsets':[12]}} | not two numbers",
                "overflowing shape | {'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,0]}} | too large",
                "overflow and zero | {'a':{'dtype':'F32','shape':[4611686018427387904,0,4],'data_offsets':[0,0]}} | too large",
                "number too big    | {'a':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,12]}} | not 64-bit integers",
                "fraction          | {'a':{'dtype':'U8','shape':[12.0],'data_offsets':[0,12]}} | not 64-bit integers",
                "shape no list     | {'a':{'dtype':'U8','shape':12,'data_offsets':[0,12]}} | no list",
                "unknown dtype     | {'a':{'dtype':'F8_E4M3','shape':[12],'data_offsets':[0,12]}} | not supported",
                "dtype no string   | {'a':{'dtype':1,'shape':[12],'data_offsets':[0,12]}} | not a string",
                "key missing       | {'a':{'dtype':'U8','shape':[12]}} | lacks",
                "unknown key       | {'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12],'x':1}} | unknown key 'x'",
                "entry no object   | {'a':[]} | 'a' is not an object",
                "not an object     | [] | not a JSON object",
                "metadata nested   | {'__metadata__':{'a':{}},'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}} | not a string",
                "duplicate name    | {'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]},'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}} | Duplicate",
                "trailing text     | {'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}} x | not valid JSON",
                "trailing object   | {'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}} {} | behind the closing brace",
                "deep nesting      | {'a':{'dtype':'U8','shape':[[[[[[[[]]]]]]]],'data_offsets':[0,12]}} | nested too deeply",
                "unfinished        | {'a':{'dtype':'U8' | not valid JSON",
                "half a surrogate  | {'\\ud800':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}} | surrogate",
            })
    void refuses(String what, String json, String message) {
        Path file = file(json, 12);
        assertThatThrownBy(() -> Header.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message)
                .hasMessageStartingWith(file + ": ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesInvalidUtf8() throws IOException {
        byte[] bytes = bytes("{'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}}", 12);
        bytes[10] = (byte) 0xff;
        assertRefused(bytes, "UTF-8");
    }

    @Test
    void refusesTooManyDimensions() {
        String ones = "1,".repeat(64) + "12";
        Path file = file("{'a':{'dtype':'U8','shape':[" + ones + "],'data_offsets':[0,12]}}", 12);
        assertThatThrownBy(() -> Header.read(file)).hasMessageContaining("dimensions");
    }

    @Test
    void refusesTruncatedFilesAtEveryLength() throws IOException {
        byte[] whole = bytes("{'a':{'dtype':'U8','shape':[12],'data_offsets':[0,12]}}", 12);
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(directory.resolve("truncated"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Header.read(file)).isInstanceOf(CheckpointException.class);
        }
    }

    @Test
    void believesNoHeaderLengthTheFileCannotHold() throws IOException {
        for (long length : new long[] {0, 1, 13, 1L << 31, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            byte[] file = ByteBuffer.allocate(20)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .array();
            assertRefused(file, "header length " + Long.toUnsignedString(length) + " does not fit a file of 20 bytes");
        }
    }

    @Test
    void saysWhatIsNoFile() {
        assertThatThrownBy(() -> Header.read(directory.resolve("none"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> Header.read(directory)).hasMessageContaining("not a regular file");
    }

    @Test
    void quotesHostileNamesOnOneLine() {
        Path file = file("{'\\n\\u001b[31m" + "x".repeat(5000) + "':1}", 12);
        assertThatThrownBy(() -> Header.read(file))
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThan(500 + file.toString().length())
                        .doesNotContain("\n", "\u001b"));
    }

    private void assertRefused(byte[] content, String message) throws IOException {
        Path file = Files.write(directory.resolve("refused"), content);
        assertThatThrownBy(() -> Header.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    private Path file(String json, int data) {
        try {
            return Files.write(directory.resolve("model.safetensors"), bytes(json, data));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] bytes(String json, int data) {
        byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }
}
