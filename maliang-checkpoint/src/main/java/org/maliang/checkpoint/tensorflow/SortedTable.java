package org.maliang.checkpoint.tensorflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;
import org.maliang.checkpoint.CheckpointException;

/**
 * A file of sorted keys and values, LevelDB's table
 * (<a href="https://github.com/google/leveldb/blob/main/doc/table_format.md">format</a>): blocks of entries, an index
 * block that says where they are, and a footer that says where that is.
 */
final class SortedTable {
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int FOOTER = 48;
    private static final int TRAILER = 5;
    private static final int LONGEST_FILE = 1 << 29;
    private static final int LONGEST_KEY = 1 << 12;

    /** Keys repeat only the difference to the one before; a table of more text than this would be made to fill memory. */
    private static final long MOST_REPETITION = 64;

    private static final String DAMAGED = "the index is damaged: copy or download it again";

    private final Path file;
    private final ByteBuffer bytes;
    private long keyBytes;

    private SortedTable(Path file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static SortedTable open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < FOOTER || size > LONGEST_FILE) {
                throw new CheckpointException(file, "has " + size + " bytes: no index is of that length", DAMAGED);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new CheckpointException(file, "became shorter while it was read", DAMAGED);
                }
            }
            bytes.flip();
            if (bytes.getLong((int) size - Long.BYTES) != MAGIC) {
                throw new CheckpointException(
                        file, "does not end as an index does", "is it TensorFlow's? Copy or download it again");
            }
            return new SortedTable(file, bytes);
        }
    }

    /** All entries, in the order of their keys. */
    void forEach(BiConsumer<byte[], ByteBuffer> action) {
        ByteBuffer footer = bytes.slice(bytes.limit() - FOOTER, FOOTER - Long.BYTES);
        Varints.read(file, footer); // the place of the block of filters, which TensorFlow leaves empty
        Varints.read(file, footer);
        Entries index = new Entries(block(footer));
        boolean first = true;
        byte[] last = {};
        while (index.next()) {
            Entries block = new Entries(block(index.value));
            expect(block.next(), "a block is empty");
            do {
                // Every block brings new keys: none can be read twice.
                expect(first || Arrays.compareUnsigned(last, block.key) < 0, "its keys are not in order");
                first = false;
                last = block.key;
                action.accept(block.key, block.value);
            } while (block.next());
        }
    }

    /** Goes through a block. Behind the entries stand the places of those whose keys are whole, and their number. */
    private final class Entries {
        private final ByteBuffer block;
        private final int end;
        private byte[] key = {};
        private ByteBuffer value = ByteBuffer.allocate(0);

        Entries(ByteBuffer block) {
            expect(block.limit() >= Integer.BYTES, "a block is too short");
            long restarts = Integer.toUnsignedLong(block.getInt(block.limit() - Integer.BYTES));
            long length = block.limit() - Integer.BYTES * (restarts + 1);
            expect(length >= 0, "a block is too short");
            this.block = block;
            this.end = (int) length;
        }

        /** An entry: how much its key shares with the one before, the lengths of the rest and of the value, both. */
        boolean next() {
            if (block.position() >= end) {
                return false;
            }
            long shared = Varints.read(file, block);
            long more = Varints.read(file, block);
            long length = Varints.read(file, block);
            long room = (long) end - block.position();
            expect(shared >= 0 && shared <= key.length, "a key shares more than there is");
            expect(more >= 0 && more <= room && shared + more <= LONGEST_KEY, "a key is too long");
            expect(length >= 0 && length <= room - more, "a value is too long");
            keyBytes += shared + more;
            expect(keyBytes <= MOST_REPETITION * bytes.limit(), "its keys are far longer than itself");
            key = Arrays.copyOf(key, (int) (shared + more));
            block.get(key, (int) shared, (int) more);
            value = block.slice(block.position(), (int) length);
            block.position(block.position() + (int) length);
            return true;
        }
    }

    /** The block at an offset and of a length; behind it stand its compression and its sum. */
    private ByteBuffer block(ByteBuffer handle) {
        long offset = Varints.read(file, handle);
        long length = Varints.read(file, handle);
        long room = (long) bytes.limit() - FOOTER - TRAILER;
        expect(offset >= 0 && length >= 0 && length <= room && offset <= room - length, "a block lies outside it");
        int at = (int) offset;
        int end = at + (int) length;
        CRC32C sum = new CRC32C();
        sum.update(bytes.slice(at, (int) length + 1));
        expect(bytes.getInt(end + 1) == masked(sum), "a block has another checksum");
        ByteBuffer block = bytes.slice(at, (int) length);
        byte compression = bytes.get(end);
        expect(compression == 0 || compression == 1, "a block is compressed by method " + compression);
        return (compression == 0 ? block : Snappy.expand(file, block)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A sum as it is stored: turned and shifted, so that sums of sums do not degenerate. */
    static int masked(CRC32C sum) {
        return Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
    }

    private void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new CheckpointException(file, "is no proper index: " + otherwise, DAMAGED);
        }
    }
}
