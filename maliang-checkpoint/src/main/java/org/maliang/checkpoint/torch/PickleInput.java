package org.maliang.checkpoint.torch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Little-endian numbers and text of a pickle. No length is believed beyond what is left of the input. */
final class PickleInput {
    private static final int LONGEST_LINE = 1 << 20;

    private final InputStream in;
    private final long limit;
    private long position;

    PickleInput(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    /** How many bytes were read. */
    long position() {
        return position;
    }

    int u1() throws IOException {
        int value = position < limit ? in.read() : -1;
        if (value < 0) {
            throw new EOFException("the pickle ends too early");
        }
        position++;
        return value;
    }

    int u2() throws IOException {
        return u1() | u1() << 8;
    }

    int i4() throws IOException {
        return u2() | u2() << 16;
    }

    long u4() throws IOException {
        return Integer.toUnsignedLong(i4());
    }

    long i8() throws IOException {
        return u4() | (long) i4() << 32;
    }

    /** The next bytes; {@link EOFException} before anything is allocated when there are fewer. */
    byte[] bytes(long count) throws IOException {
        if (count < 0 || count > limit - position || count > Integer.MAX_VALUE - 16) {
            throw new EOFException("a value of " + Long.toUnsignedString(count) + " bytes does not fit the pickle");
        }
        byte[] bytes = in.readNBytes((int) count);
        position += bytes.length;
        if (bytes.length != count) {
            throw new EOFException("the pickle ends too early");
        }
        return bytes;
    }

    String text(long count) throws IOException {
        return new String(bytes(count), StandardCharsets.UTF_8);
    }

    /** Up to the next line feed, which is consumed. */
    String line(Charset charset) throws IOException {
        var line = new java.io.ByteArrayOutputStream();
        for (int b = u1(); b != '\n'; b = u1()) {
            if (line.size() == LONGEST_LINE) {
                throw new EOFException("a line of text does not end");
            }
            line.write(b);
        }
        return line.toString(charset);
    }
}
