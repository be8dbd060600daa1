package org.maliang.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A corpus as one memory-mapped stream of token ids: {@code <eos> document <eos> document …}.
 *
 * <p>Layout, little-endian: magic {@code MALIANGT}; i32 version; i32 bytes per token (2: unsigned, or 4); i64 counts of
 * tokens, documents, code points and UTF-8 bytes; 32 bytes SHA-256 of what it was made from; the ids from byte
 * {@value #HEADER} on.
 */
public final class TokenFile {
    static final int HEADER = 128;
    static final byte[] MAGIC = {'M', 'A', 'L', 'I', 'A', 'N', 'G', 'T'};
    static final int VERSION = 1;
    private static final int SEGMENT_SHIFT = 30; // bytes mapped at once: 1 GiB

    private final Path path;
    private final Header header;
    private final MappedByteBuffer[] segments; // unmapped by the garbage collector: no close in Java 17

    /**
     * What the file says of itself.
     *
     * @param characters Unicode code points of the documents
     * @param bytes UTF-8 bytes of the documents
     * @param fingerprint SHA-256 in hex of the inputs' names, sizes and times, the transform and the tokenizer
     */
    public record Header(
            int bytesPerToken, long tokens, long documents, long characters, long bytes, String fingerprint) {
        ByteBuffer encode() {
            var buffer = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            buffer.put(MAGIC).putInt(VERSION).putInt(bytesPerToken);
            buffer.putLong(tokens).putLong(documents).putLong(characters).putLong(bytes);
            buffer.put(HexFormat.of().parseHex(fingerprint));
            return buffer.rewind();
        }

        static Optional<Header> decode(ByteBuffer buffer) {
            var magic = new byte[MAGIC.length];
            buffer.order(ByteOrder.LITTLE_ENDIAN).get(magic);
            if (!Arrays.equals(magic, MAGIC) || buffer.getInt() != VERSION) {
                return Optional.empty();
            }
            var hash = new byte[32];
            int width = buffer.getInt();
            long tokens = buffer.getLong();
            long documents = buffer.getLong();
            long characters = buffer.getLong();
            long bytes = buffer.getLong();
            buffer.get(hash);
            return Optional.of(new Header(
                    width, tokens, documents, characters, bytes, HexFormat.of().formatHex(hash)));
        }
    }

    private TokenFile(Path path, Header header, MappedByteBuffer[] segments) {
        this.path = path;
        this.header = header;
        this.segments = segments;
    }

    /** @throws DataException if the file is missing, cut short or not a token file */
    public static TokenFile open(Path path) {
        var header = readHeader(path)
                .orElseThrow(() -> new DataException(path + ": not a token file; delete it and run data prepare"));
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long bytes = header.tokens() * header.bytesPerToken();
            var segments = new MappedByteBuffer[(int) ((bytes >>> SEGMENT_SHIFT) + 1)];
            for (int i = 0; i < segments.length; i++) {
                long start = (long) i << SEGMENT_SHIFT;
                long length = Math.min(1L << SEGMENT_SHIFT, bytes - start);
                segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, HEADER + start, length);
                segments[i].order(ByteOrder.LITTLE_ENDIAN);
            }
            return new TokenFile(path, header, segments);
        } catch (IOException e) {
            throw new DataException(path + ": cannot be mapped (" + e.getMessage() + ")", e);
        }
    }

    /** The header of a complete token file; nothing if there is none, or one that is cut short or foreign. */
    static Optional<Header> readHeader(Path path) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var buffer = ByteBuffer.allocate(HEADER);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            if (buffer.hasRemaining()) {
                return Optional.empty();
            }
            long size = channel.size();
            return Header.decode(buffer.rewind())
                    .filter(header -> size == HEADER + header.tokens() * header.bytesPerToken());
        } catch (IOException e) {
            throw new DataException(path + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    public Path path() {
        return path;
    }

    public Header header() {
        return header;
    }

    public long tokens() {
        return header.tokens();
    }

    /** Copies {@code count} ids from token {@code start} on into {@code into}; after the last token comes the first. */
    void read(long start, long[] into, int offset, int count) {
        for (int i = 0; i < count; i++) {
            into[offset + i] = token((start + i) % header.tokens());
        }
    }

    /** The id at a position of the stream. */
    public int token(long index) {
        long at = index * header.bytesPerToken();
        var segment = segments[(int) (at >>> SEGMENT_SHIFT)];
        int local = (int) (at & ((1L << SEGMENT_SHIFT) - 1));
        return header.bytesPerToken() == 2 ? Short.toUnsignedInt(segment.getShort(local)) : segment.getInt(local);
    }
}
