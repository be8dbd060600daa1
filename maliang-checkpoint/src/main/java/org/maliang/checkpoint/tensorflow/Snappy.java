package org.maliang.checkpoint.tensorflow;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.maliang.checkpoint.CheckpointException;

/** Expands <a href="https://github.com/google/snappy/blob/main/format_description.txt">Snappy</a>'s blocks. */
final class Snappy {
    /** Three bytes stand for 64 at most. */
    private static final long MOST_EXPANSION = 22;

    private Snappy() {}

    static ByteBuffer expand(Path file, ByteBuffer in) {
        long length = Varints.read(file, in);
        expect(file, length >= 0 && length <= MOST_EXPANSION * in.remaining());
        byte[] out = new byte[(int) length];
        int at = 0;
        while (in.hasRemaining()) {
            int tag = in.get() & 0xff;
            at = (tag & 3) == 0 ? literal(file, in, tag >> 2, out, at) : copy(file, in, tag, out, at);
        }
        expect(file, at == out.length);
        return ByteBuffer.wrap(out);
    }

    /** Bytes as they are: one more than {@code size}, which above 59 stands in one to four bytes of its own. */
    private static int literal(Path file, ByteBuffer in, int size, byte[] out, int at) {
        long length = (size < 60 ? size : number(file, in, size - 59)) + 1;
        expect(file, length <= in.remaining() && length <= out.length - at);
        in.get(out, at, (int) length);
        return at + (int) length;
    }

    /** Bytes that were there before; the source may run into the copy. */
    private static int copy(Path file, ByteBuffer in, int tag, byte[] out, int at) {
        boolean near = (tag & 3) == 1;
        int length = near ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
        long back = near ? (long) (tag >> 5) << 8 | number(file, in, 1) : number(file, in, (tag & 3) == 2 ? 2 : 4);
        expect(file, back > 0 && back <= at && length <= out.length - at);
        for (int i = at; i < at + length; i++) {
            out[i] = out[i - (int) back];
        }
        return at + length;
    }

    private static long number(Path file, ByteBuffer in, int bytes) {
        expect(file, in.remaining() >= bytes);
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (in.get() & 0xffL) << 8 * i;
        }
        return number;
    }

    private static void expect(Path file, boolean condition) {
        if (!condition) {
            throw new CheckpointException(file, "has a damaged compressed block", "copy or download it again");
        }
    }
}
