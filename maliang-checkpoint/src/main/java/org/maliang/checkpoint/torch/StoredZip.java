package org.maliang.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32;

/** An uncompressed zip archive whose entries begin at multiples of 64 bytes, as PyTorch aligns them for mapping. */
final class StoredZip {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final long ZIP64 = 0xffffffffL;

    private final FileChannel channel;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    /** Gives the content of an entry. */
    interface Body {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    StoredZip(FileChannel channel) {
        this.channel = channel;
    }

    void put(String name, Body body) throws IOException {
        byte[] path = TorchWriter.ascii(name);
        long start = channel.position();
        long data = (start + LOCAL_HEADER + path.length + 4 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        int padding = (int) (data - start - LOCAL_HEADER - path.length);
        channel.position(data);
        Checked checked = new Checked(channel);
        body.writeTo(checked);
        long size = channel.position() - data;
        if (size >= ZIP64) {
            throw new IOException("a tensor of " + size + " bytes is too large for this form of archive");
        }
        int crc = (int) checked.crc.getValue();
        ByteBuffer local = little(LOCAL_HEADER + path.length + padding);
        local.putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0);
        local.putInt(crc).putInt((int) size).putInt((int) size);
        local.putShort((short) path.length).putShort((short) padding).put(path);
        local.putShort((short) 0x4246).putShort((short) (padding - 4)); // PyTorch's own padding field
        local.position(local.capacity());
        channel.write(local.flip(), start);
        list(path, crc, size, start);
    }

    private void list(byte[] path, int crc, long size, long start) {
        boolean far = start >= ZIP64;
        ByteBuffer entry = little(46 + path.length + (far ? 12 : 0));
        entry.putInt(0x02014b50).putShort((short) 45).putShort((short) (far ? 45 : 20));
        entry.putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(crc)
                .putInt((int) size)
                .putInt((int) size);
        entry.putShort((short) path.length).putShort((short) (far ? 12 : 0)).putShort((short) 0);
        entry.putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt((int) (far ? ZIP64 : start))
                .put(path);
        if (far) {
            entry.putShort((short) 1).putShort((short) 8).putLong(start);
        }
        byte[] bytes = new byte[entry.flip().remaining()];
        entry.get(bytes);
        directory.writeBytes(bytes);
        entries++;
    }

    void finish() throws IOException {
        long start = channel.position();
        TorchWriter.writeFully(channel, directory.toByteArray());
        long end = channel.position();
        ByteBuffer tail = little(56 + 20 + 22);
        tail.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        tail.putLong(entries).putLong(entries).putLong(directory.size()).putLong(start);
        tail.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        short count = (short) Math.min(entries, 0xffff);
        tail.putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(count)
                .putShort(count);
        tail.putInt(directory.size()).putInt((int) Math.min(start, ZIP64)).putShort((short) 0);
        TorchWriter.writeFully(channel, tail.flip());
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sums what passes. */
    private static final class Checked implements WritableByteChannel {
        private final WritableByteChannel out;
        private final CRC32 crc = new CRC32();

        Checked(WritableByteChannel out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            ByteBuffer seen = source.duplicate();
            int written = out.write(source);
            crc.update(seen.limit(seen.position() + written));
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
