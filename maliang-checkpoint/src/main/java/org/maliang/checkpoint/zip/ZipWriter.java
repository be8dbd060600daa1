package org.maliang.checkpoint.zip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Writes a zip file of plain contents, each from a multiple of 64 bytes on, as PyTorch does, so that they can be mapped.
 * With 64-bit lengths where they are needed.
 */
public final class ZipWriter {
    private static final int ALIGNMENT = 64;
    private static final long FULL = 0xffffffffL;
    private static final short PADDING = 0x4246; // "FB"
    private static final short WIDE = 1;
    private static final int LOCAL_BYTES = 30;
    private static final int CRC_PLACE = 14;

    /** Produces a content of known length. */
    public interface Content {
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    private final FileChannel channel;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private long entries;

    /** Writes from where the channel stands. */
    public ZipWriter(FileChannel channel) {
        this.channel = channel;
    }

    /** An entry at hand. */
    public void add(String name, byte[] content) throws IOException {
        add(name, content.length, out -> writeFully(out, ByteBuffer.wrap(content)));
    }

    /** Streams one entry; its checksum, known only afterwards, is then put into its header. */
    public void add(String name, long bytes, Content content) throws IOException {
        long start = channel.position();
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        boolean wide = bytes >= FULL;
        int fixed = LOCAL_BYTES + utf8.length + (wide ? 20 : 0) + 4;
        int padding = (int) ((ALIGNMENT - (start + fixed) % ALIGNMENT) % ALIGNMENT);
        var local = buffer(fixed + padding);
        local.putInt(ZipArchive.LOCAL).put(common(wide ? 45 : 20, 0, bytes, bytes));
        local.putShort((short) utf8.length).putShort((short) (local.capacity() - LOCAL_BYTES - utf8.length));
        local.put(utf8);
        if (wide) {
            local.putShort(WIDE).putShort((short) 16).putLong(bytes).putLong(bytes);
        }
        local.putShort(PADDING).putShort((short) padding);
        writeFully(channel, local.clear());
        var sum = new CRC32();
        long dataStart = channel.position();
        content.writeTo(new Summing(channel, sum));
        long end = channel.position();
        if (end - dataStart != bytes) {
            throw new IOException("entry " + name + " gave " + (end - dataStart) + " of " + bytes + " bytes");
        }
        writeFully(channel.position(start + CRC_PLACE), buffer(4).putInt(0, (int) sum.getValue()));
        channel.position(end);
        addToDirectory(utf8, (int) sum.getValue(), bytes, start);
    }

    /** Writes the directory. */
    public void finish() throws IOException {
        long start = channel.position();
        long length = directory.size();
        writeFully(channel, ByteBuffer.wrap(directory.toByteArray()));
        boolean wide = start + length >= FULL || entries >= 0xffff;
        if (wide) {
            long end = channel.position();
            var record = buffer(56 + 20);
            record.putInt(ZipArchive.END_64).putLong(44).putShort((short) 45).putShort((short) 45);
            record.putInt(0)
                    .putInt(0)
                    .putLong(entries)
                    .putLong(entries)
                    .putLong(length)
                    .putLong(start);
            record.putInt(ZipArchive.LOCATOR_64).putInt(0).putLong(end).putInt(1);
            writeFully(channel, record.clear());
        }
        short count = (short) (wide ? 0xffff : entries);
        var end = buffer(22);
        end.putInt(ZipArchive.END).putInt(0).putShort(count).putShort(count);
        end.putInt((int) (wide ? FULL : length))
                .putInt((int) (wide ? FULL : start))
                .putShort((short) 0);
        writeFully(channel, end.clear());
    }

    private void addToDirectory(byte[] name, int sum, long bytes, long start) {
        entries++;
        boolean wide = bytes >= FULL || start >= FULL;
        int extra = wide ? 4 + 24 : 0;
        byte[] record = new byte[46 + name.length + extra];
        var central = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        central.putInt(ZipArchive.CENTRAL).putShort((short) 45);
        central.put(common(wide ? 45 : 20, sum, wide ? FULL : bytes, wide ? FULL : bytes));
        central.putShort((short) name.length)
                .putShort((short) extra)
                .putShort((short) 0)
                .putShort((short) 0);
        central.putShort((short) 0)
                .putInt(0)
                .putInt((int) (wide ? FULL : start))
                .put(name);
        if (wide) {
            central.putShort(WIDE)
                    .putShort((short) 24)
                    .putLong(bytes)
                    .putLong(bytes)
                    .putLong(start);
        }
        directory.writeBytes(record);
    }

    /** What both headers of an entry share: version, no flags, no compression, no time, checksum, lengths. */
    private static ByteBuffer common(int version, int sum, long stored, long bytes) {
        var common = buffer(22);
        common.putShort((short) version).putShort((short) 0).putShort((short) 0).putInt(0x00210000); // 1 January 1980
        common.putInt(sum).putInt((int) Math.min(stored, FULL)).putInt((int) Math.min(bytes, FULL));
        return common.clear();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Sums what passes. */
    private record Summing(WritableByteChannel out, CRC32 sum) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            var seen = source.duplicate();
            int written = out.write(source);
            sum.update(seen.limit(source.position()));
            return written;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
