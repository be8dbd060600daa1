package org.maliang.train.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A message in the wire format of Protocol Buffers, field by field: tag (number and kind), then the value. */
final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int COUNTED = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtoMessage integer(int field, long value) {
        return tag(field, VARINT).varint(value);
    }

    ProtoMessage number(int field, double value) {
        return tag(field, EIGHT_BYTES).append(littleEndian(8).putDouble(value).array());
    }

    ProtoMessage number(int field, float value) {
        return tag(field, FOUR_BYTES).append(littleEndian(4).putFloat(value).array());
    }

    ProtoMessage text(int field, String value) {
        return counted(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoMessage message(int field, ProtoMessage value) {
        return counted(field, value.bytes());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private ProtoMessage counted(int field, byte[] value) {
        return tag(field, COUNTED).varint(value.length).append(value);
    }

    private ProtoMessage tag(int field, int kind) {
        return varint((long) field << 3 | kind);
    }

    /** Seven bits a byte, the lowest first; the top bit says that more follow. */
    private ProtoMessage varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    private ProtoMessage append(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
