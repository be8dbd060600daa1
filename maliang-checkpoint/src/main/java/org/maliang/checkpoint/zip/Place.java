package org.maliang.checkpoint.zip;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Where a content lies in a file.
 *
 * @param offset first byte, counted from the start of the file
 * @param stored length in the file
 * @param bytes length of the content: more than {@code stored} when it is compressed
 * @param compressed by the method "deflate"
 * @param checksum CRC-32 of the content; empty where the file has none
 */
public record Place(long offset, long stored, long bytes, boolean compressed, OptionalLong checksum) {
    private static final int CHUNK = 1 << 16;

    /** A plain content without a checksum. */
    public static Place of(long offset, long bytes) {
        return new Place(offset, bytes, bytes, false, OptionalLong.empty());
    }

    /** The content, from its start. Plain contents do not end where the place ends. */
    public InputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), CHUNK);
        raw.skipNBytes(offset);
        return compressed ? new InflaterInputStream(raw, new Inflater(true), CHUNK) : raw;
    }

    /** Whether the content has the checksum that the file states; true where it states none. */
    public boolean sound(Path file) throws IOException {
        if (checksum.isEmpty()) {
            return true;
        }
        var sum = new CRC32();
        try (var in = open(file);
                var out = new CheckedOutputStream(OutputStream.nullOutputStream(), sum)) {
            copy(in, out);
        }
        return sum.getValue() == checksum.getAsLong();
    }

    /**
     * What {@code use} makes of a file with the content alone, which then disappears; mapped, it lasts as long as it is
     * needed.
     */
    public <T> T expanded(Path file, Function<Path, T> use) throws IOException {
        Path temporary = Files.createTempFile("maliang", ".content");
        try (var in = open(file);
                var out = Files.newOutputStream(temporary)) {
            copy(in, out);
            return use.apply(temporary);
        } finally {
            delete(temporary);
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            temporary.toFile().deleteOnExit(); // Windows keeps a file that is mapped
        }
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[CHUNK];
        for (long left = bytes; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("a compressed content ends too early");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
        out.flush();
    }
}
