package org.maliang.checkpoint.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.maliang.checkpoint.CheckpointException;

/**
 * The directory of a zip file (<a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</a>), with
 * the places of the contents, so that they can be mapped. All that it says is compared with the length of the file.
 */
public final class ZipArchive {
    public static final int END = 0x06054b50;
    static final int END_64 = 0x06064b50;
    static final int LOCATOR_64 = 0x07064b50;
    static final int CENTRAL = 0x02014b50;
    public static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final long FULL = 0xffffffffL;
    private static final long MOST_EXPANSION = 1032; // no deflated byte stands for more

    /** An entry of the directory, not yet compared with the entry itself. */
    private record Entry(int method, long checksum, long stored, long bytes, long header) {}

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Reads the directory. The channel stays the caller's. */
    public ZipArchive(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
        readDirectory();
    }

    /** In the order of the directory. */
    public Iterable<String> names() {
        return entries.keySet();
    }

    public boolean contains(String name) {
        return entries.containsKey(name);
    }

    /** Where the content of an entry lies; empty when there is no such entry. */
    public Optional<Place> place(String name) throws IOException {
        var entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        var local = read(entry.header, LOCAL_BYTES);
        expect(local.getInt(0) == LOCAL, "an entry is not where the directory says");
        long offset = entry.header + LOCAL_BYTES + u2(local, 26) + u2(local, 28);
        expect(entry.stored <= size - offset, "an entry ends behind the end of the file");
        expect(entry.method == 0 || entry.method == 8, "an entry is compressed by method " + entry.method);
        expect(entry.method == 8 || entry.stored == entry.bytes, "an entry has two lengths");
        expect(entry.bytes / MOST_EXPANSION <= entry.stored, "an entry expands to more than is possible");
        return Optional.of(
                new Place(offset, entry.stored, entry.bytes, entry.method == 8, OptionalLong.of(entry.checksum)));
    }

    // ---------------------------------------------------------------- the directory

    private void readDirectory() throws IOException {
        expect(size >= END_BYTES, "it is too short");
        int tail = (int) Math.min(size, END_BYTES + 0xffff);
        var end = read(size - tail, tail);
        int at = tail - END_BYTES;
        while (at >= 0 && !(end.getInt(at) == END && at + END_BYTES + u2(end, at + 20) == tail)) {
            at--;
        }
        expect(at >= 0, "its directory is missing: the file is truncated");
        long count = u2(end, at + 10);
        long length = u4(end, at + 12);
        long start = u4(end, at + 16);
        long endPlace = size - tail + at;
        if (count == 0xffff || length == FULL || start == FULL) {
            expect(endPlace >= 20, "its directory is missing");
            var locator = read(endPlace - 20, 20);
            expect(locator.getInt(0) == LOCATOR_64, "its directory is missing");
            var end64 = read(locator.getLong(8), 56);
            expect(end64.getInt(0) == END_64, "its directory is missing");
            count = end64.getLong(32);
            length = end64.getLong(40);
            start = end64.getLong(48);
        }
        expect(length <= Integer.MAX_VALUE - 16, "its directory is too long");
        readEntries(read(start, length), count);
    }

    private void readEntries(ByteBuffer directory, long count) {
        for (long i = 0; i < count; i++) {
            expect(directory.remaining() >= CENTRAL_BYTES, "its directory ends too early");
            var header = directory.slice().order(ByteOrder.LITTLE_ENDIAN);
            expect(header.getInt(0) == CENTRAL, "its directory is damaged");
            int nameLength = u2(header, 28);
            int extraLength = u2(header, 30);
            int length = CENTRAL_BYTES + nameLength + extraLength + u2(header, 32);
            expect(header.remaining() >= length, "its directory ends too early");
            expect((u2(header, 8) & 1) == 0, "an entry is encrypted");
            String name = StandardCharsets.UTF_8
                    .decode(header.slice(CENTRAL_BYTES, nameLength))
                    .toString();
            var extra = header.slice(CENTRAL_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN);
            expect(entries.put(name, entry(header, extra)) == null, "two entries have one name");
            directory.position(directory.position() + length);
        }
    }

    /** Lengths that do not fit 32 bits stand in the extra field, in this order. */
    private Entry entry(ByteBuffer header, ByteBuffer extra) {
        long bytes = u4(header, 24);
        long stored = u4(header, 20);
        long local = u4(header, 42);
        if (bytes == FULL || stored == FULL || local == FULL) {
            while (extra.remaining() >= 4 && extra.getShort(extra.position()) != 1) {
                int next = extra.position() + 4 + u2(extra, extra.position() + 2);
                expect(next <= extra.limit(), "an extra field is damaged");
                extra.position(next);
            }
            int wanted = 8 * ((bytes == FULL ? 1 : 0) + (stored == FULL ? 1 : 0) + (local == FULL ? 1 : 0));
            expect(extra.remaining() >= 4 + wanted, "a 64-bit length is missing");
            extra.position(extra.position() + 4);
            bytes = bytes == FULL ? extra.getLong() : bytes;
            stored = stored == FULL ? extra.getLong() : stored;
            local = local == FULL ? extra.getLong() : local;
        }
        boolean inside = bytes >= 0 && stored >= 0 && stored <= size && local >= 0 && local <= size - LOCAL_BYTES;
        expect(inside, "an entry lies outside the file");
        return new Entry(u2(header, 10), u4(header, 16), stored, bytes, local);
    }

    private ByteBuffer read(long offset, long length) throws IOException {
        expect(offset >= 0 && length >= 0 && length <= size && offset <= size - length, "a part lies outside the file");
        var buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            expect(channel.read(buffer, offset + buffer.position()) >= 0, "it became shorter while it was read");
        }
        return buffer.flip();
    }

    private void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new CheckpointException(
                    file, "is a damaged zip file: " + otherwise, "copy or download the file again");
        }
    }

    private static int u2(ByteBuffer buffer, int at) {
        return Short.toUnsignedInt(buffer.getShort(at));
    }

    private static long u4(ByteBuffer buffer, int at) {
        return Integer.toUnsignedLong(buffer.getInt(at));
    }
}
