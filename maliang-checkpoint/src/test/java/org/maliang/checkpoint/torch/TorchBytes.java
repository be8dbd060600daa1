package org.maliang.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files of torch.save made by hand, for pickles that no program of ours writes. */
final class TorchBytes {
    private static final byte[] MAGIC = {
        (byte) 0x80,
        2,
        (byte) 0x8a,
        10,
        0x6c,
        (byte) 0xfc,
        (byte) 0x9c,
        0x46,
        (byte) 0xf9,
        0x20,
        0x6a,
        (byte) 0xa8,
        0x50,
        0x19,
        '.'
    };

    private TorchBytes() {}

    /** One character per byte. */
    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** {@code _rebuild_tensor_v2} of a float storage; shape and strides in instructions, such as {@code K\2K\3\u0086}. */
    static String tensor(String key, int elements, int offset, String shape, String strides) {
        return "ctorch._utils\n_rebuild_tensor_v2\n((U\7storagectorch\nFloatStorage\nU" + (char) key.length() + key
                + "U\3cpuM" + u2(elements) + "tQM" + u2(offset) + shape + strides + "\u0089}tR";
    }

    /** A short text. */
    static String text(String value) {
        return "U" + (char) value.length() + value;
    }

    static Path zip(Path file, byte[] pickle, Map<String, float[]> storages, boolean deflated) {
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            put(out, "archive/data.pkl", pickle, deflated);
            for (var storage : storages.entrySet()) {
                put(out, "archive/data/" + storage.getKey(), floats(storage.getValue()), deflated);
            }
            put(out, "archive/version", bytes("3\n"), deflated);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** @param keys in the order of the data */
    static Path legacy(Path file, byte[] pickle, List<String> keys, Map<String, float[]> storages) {
        try (var out = new ByteArrayOutputStream()) {
            out.write(MAGIC);
            out.write(bytes("\u0080\2M\u00e9\3.")); // 1001
            out.write(bytes("\u0080\2}(" + text("little_endian") + "\u0088u."));
            out.write(pickle);
            out.write(bytes("\u0080\2]("));
            for (String key : keys) {
                out.write(bytes(text(key)));
            }
            out.write(bytes("e."));
            for (String key : keys) {
                float[] data = storages.get(key);
                out.write(ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(data.length)
                        .array());
                out.write(floats(data));
            }
            return Files.write(file, out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String u2(int value) {
        return "" + (char) (value & 0xff) + (char) (value >> 8);
    }

    private static byte[] floats(float[] values) {
        var buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    private static void put(ZipOutputStream out, String name, byte[] data, boolean deflated) throws IOException {
        var entry = new ZipEntry(name);
        if (!deflated) {
            var crc = new CRC32();
            crc.update(data);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(data.length);
            entry.setCrc(crc.getValue());
        }
        out.putNextEntry(entry);
        out.write(data);
        out.closeEntry();
    }
}
