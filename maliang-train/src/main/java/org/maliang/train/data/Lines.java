package org.maliang.train.data;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** Lines of a UTF-8 file, compressed or not, decoded strictly: malformed bytes are an error with file and line. */
final class Lines implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long line;

    private Lines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static Lines open(Path file) {
        try {
            var raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
            try {
                return new Lines(file, decompressed(raw, file.getFileName().toString()));
            } catch (IOException e) {
                raw.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": no such file", e);
        } catch (EOFException e) {
            throw new DataException(file + ": the compressed file is empty or cut short; fetch it again", e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static InputStream decompressed(InputStream raw, String name) throws IOException {
        if (name.endsWith(".gz")) {
            return new GZIPInputStream(raw, BUFFER);
        }
        if (name.endsWith(".xz")) {
            return new XZInputStream(raw);
        }
        return name.endsWith(".zst") ? new ZstdInputStream(raw) : raw;
    }

    /** File and line of the line last read, for messages. */
    String where() {
        return file + ", line " + line;
    }

    /** The next line without its end, or nothing at the end of the file. */
    Optional<String> next() {
        try {
            return readLine();
        } catch (CharacterCodingException e) {
            throw new DataException(where() + ": not valid UTF-8; convert the file, e.g. iconv -f GB18030 -t UTF-8", e);
        } catch (IOException e) {
            throw new DataException(
                    file + ", after line " + (line - 1) + ": cannot be read (" + e.getMessage()
                            + "); the file may be cut short",
                    e);
        }
    }

    private Optional<String> readLine() throws IOException {
        line++;
        var pending = new ByteArrayOutputStream();
        while (true) {
            if (position == limit && !fill()) {
                return pending.size() == 0 ? Optional.empty() : Optional.of(decode(pending.toByteArray()));
            }
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            pending.write(buffer, start, position - start);
            if (position < limit) {
                position++;
                return Optional.of(decode(pending.toByteArray()));
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, BUFFER));
        return limit > 0;
    }

    private String decode(byte[] bytes) throws CharacterCodingException {
        var text = decoder.decode(ByteBuffer.wrap(bytes)).toString();
        if (line == 1 && text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new DataException(file + ": cannot be closed (" + e.getMessage() + ")", e);
        }
    }
}
