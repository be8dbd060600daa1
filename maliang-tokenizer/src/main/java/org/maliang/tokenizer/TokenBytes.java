package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** The UTF-8 bytes that a vocabulary entry stands for. */
final class TokenBytes {
    /** Byte to printable character, as GPT-2's {@code bytes_to_unicode}: printable Latin-1 stays, the rest is 256 + n. */
    private static final char[] PRINTABLE = printable();

    private static final short[] BYTES = bytes();

    private TokenBytes() {}

    /** The printable character that stands for a byte (0 to 255) in byte-level vocabularies. */
    static char printable(int value) {
        return PRINTABLE[value];
    }

    /** Entry of a byte-level vocabulary; an added token with other characters stands for itself. */
    static byte[] byteLevel(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTES.length || BYTES[c] < 0) {
                return token.getBytes(UTF_8);
            }
            bytes[i] = (byte) BYTES[c];
        }
        return bytes;
    }

    /** Entry of a byte-fallback vocabulary: {@code <0xE4>} is the byte, anything else is text. */
    static byte[] byteFallback(String token) {
        if (token.length() == 6 && token.startsWith("<0x") && token.charAt(5) == '>') {
            int high = Character.digit(token.charAt(3), 16);
            int low = Character.digit(token.charAt(4), 16);
            if (high >= 0 && low >= 0) {
                return new byte[] {(byte) (high << 4 | low)};
            }
        }
        return token.getBytes(UTF_8);
    }

    /** Whether the entry of a byte-fallback vocabulary is a byte that is no character by itself. */
    static boolean isPartOfCharacter(byte[] bytes) {
        return bytes.length == 1 && bytes[0] < 0;
    }

    private static char[] printable() {
        char[] printable = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            printable[b] = (char) (visible ? b : next++);
        }
        return printable;
    }

    private static short[] bytes() {
        short[] bytes = new short[512];
        Arrays.fill(bytes, (short) -1);
        for (int b = 0; b < 256; b++) {
            bytes[PRINTABLE[b]] = (short) b;
        }
        return bytes;
    }
}
