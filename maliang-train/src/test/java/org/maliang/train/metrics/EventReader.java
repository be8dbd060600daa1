package org.maliang.train.metrics;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads event files as TensorBoard does: whole records with right checksums, then a generic look at their fields. */
final class EventReader {
    /** A field of a message: a number ({@link Long}, {@link Double}, {@link Float}) or bytes. */
    record Field(int number, Object value) {
        String text() {
            return new String((byte[]) value, StandardCharsets.UTF_8);
        }

        List<Field> fields() {
            return parse((byte[]) value);
        }
    }

    private EventReader() {}

    /** The records of a file up to the first that is incomplete. */
    static List<List<Field>> records(byte[] file) {
        var buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        var records = new ArrayList<List<Field>>();
        while (buffer.remaining() >= 12) {
            int start = buffer.position();
            long length = buffer.getLong();
            check(buffer.getInt(), file, start, 8);
            if (buffer.remaining() < length + 4) {
                break;
            }
            byte[] record = new byte[(int) length];
            buffer.get(record);
            check(buffer.getInt(), record, 0, record.length);
            records.add(parse(record));
        }
        return records;
    }

    private static void check(int masked, byte[] bytes, int start, int length) {
        var checksum = new CRC32C();
        checksum.update(bytes, start, length);
        long crc = checksum.getValue();
        long expected = ((crc >> 15 | crc << 17) & 0xFFFFFFFFL) + 0xA282EAD8L & 0xFFFFFFFFL;
        if (Integer.toUnsignedLong(masked) != expected) {
            throw new IllegalStateException("wrong checksum");
        }
    }

    private static List<Field> parse(byte[] message) {
        var buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        var fields = new ArrayList<Field>();
        while (buffer.hasRemaining()) {
            int tag = (int) varint(buffer);
            fields.add(new Field(tag >> 3, value(tag & 7, buffer)));
        }
        return fields;
    }

    private static Object value(int kind, ByteBuffer buffer) {
        return switch (kind) {
            case 0 -> varint(buffer);
            case 1 -> buffer.getDouble();
            case 2 -> {
                byte[] bytes = new byte[(int) varint(buffer)];
                buffer.get(bytes);
                yield bytes;
            }
            case 5 -> buffer.getFloat();
            default -> throw new IllegalStateException("wire type " + kind);
        };
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
