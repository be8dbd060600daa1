package org.maliang.checkpoint.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.maliang.checkpoint.CheckpointException;

/** Goes through the fields of one message of Protocol Buffers (protobuf.dev/programming-guides/encoding). */
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final Path file;
    private final ByteBuffer in;
    private int field;
    private int wire;

    ProtoReader(Path file, ByteBuffer message) {
        this.file = file;
        this.in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Steps to the next field, if there is one; its value must be taken or skipped. */
    boolean next() {
        if (!in.hasRemaining()) {
            return false;
        }
        long tag = Varints.read(file, in);
        field = (int) (tag >>> 3);
        wire = (int) tag & 7;
        return true;
    }

    int field() {
        return field;
    }

    long varint() {
        expect(wire == VARINT);
        return Varints.read(file, in);
    }

    int int32() {
        return (int) varint();
    }

    int fixed32() {
        expect(wire == FIXED32 && in.remaining() >= Integer.BYTES);
        return in.getInt();
    }

    ByteBuffer bytes() {
        expect(wire == LENGTH);
        return take(Varints.read(file, in));
    }

    void skip() {
        switch (wire) {
            case VARINT -> Varints.read(file, in);
            case FIXED64 -> take(Long.BYTES);
            case LENGTH -> take(Varints.read(file, in));
            case FIXED32 -> take(Integer.BYTES);
            default -> expect(false);
        }
    }

    private ByteBuffer take(long length) {
        expect(length >= 0 && length <= in.remaining());
        ByteBuffer taken = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return taken;
    }

    private void expect(boolean condition) {
        if (!condition) {
            throw new CheckpointException(file, "has an entry that is no message", "copy or download it again");
        }
    }
}
