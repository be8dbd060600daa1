package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Reads one protocol-buffer message, field by field; nothing is read or reserved beyond its bytes. */
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] data;
    private final int end;
    private int at;
    private int wire;

    ProtoReader(byte[] data) {
        this(data, 0, data.length);
    }

    private ProtoReader(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
    }

    /** The number of the next field, whose value must then be read or skipped; 0 at the end. */
    int field() throws IOException {
        if (at == end) {
            return 0;
        }
        long tag = varint();
        wire = (int) tag & 7;
        long field = tag >>> 3;
        if (field < 1 || field > Integer.MAX_VALUE) {
            throw new IOException("field number " + field + " at byte " + at);
        }
        return (int) field;
    }

    int integer() throws IOException {
        require(VARINT);
        return (int) varint();
    }

    boolean bool() throws IOException {
        return integer() != 0;
    }

    float decimal() throws IOException {
        require(FIXED32);
        int start = advance(4);
        int bits = 0;
        for (int i = 3; i >= 0; i--) {
            bits = bits << 8 | data[start + i] & 0xFF;
        }
        return Float.intBitsToFloat(bits);
    }

    ProtoReader message() throws IOException {
        require(BYTES);
        long length = varint();
        int start = advance(length);
        return new ProtoReader(data, start, at);
    }

    byte[] bytes() throws IOException {
        ProtoReader part = message();
        byte[] bytes = new byte[part.end - part.at];
        System.arraycopy(data, part.at, bytes, 0, bytes.length);
        return bytes;
    }

    String text() throws IOException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("the text before byte " + at + " is not UTF-8", e);
        }
    }

    void skip() throws IOException {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case BYTES -> advance(varint());
            case FIXED32 -> advance(4);
            default -> throw new IOException("wire type " + wire + " at byte " + at);
        }
    }

    private void require(int expected) throws IOException {
        if (wire != expected) {
            throw new IOException("wire type " + wire + " instead of " + expected + " at byte " + at);
        }
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = data[advance(1)];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("a number without an end at byte " + at);
    }

    /** Steps over some bytes and returns where they start. */
    private int advance(long length) throws IOException {
        if (length < 0 || length > end - at) {
            throw new IOException(
                    "cut off: " + length + " bytes wanted at byte " + at + ", " + (end - at) + " are left");
        }
        int start = at;
        at += (int) length;
        return start;
    }
}
