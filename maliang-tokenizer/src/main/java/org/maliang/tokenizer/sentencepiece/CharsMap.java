package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * The {@code precompiled_charsmap} of a normaliser: what to write for which beginning of a text. The rules lie in a
 * double array (Darts-clone: 32-bit units) over UTF-8 bytes, whose values are offsets into a block of strings that end in
 * NUL.
 */
public final class CharsMap {
    /** Nothing is replaced. */
    static final CharsMap EMPTY = new CharsMap(new int[] {0}, new byte[0]);

    private final int[] units;
    private final byte[] strings;

    private CharsMap(int[] units, byte[] strings) {
        this.units = units;
        this.strings = strings;
    }

    /**
     * Reads the bytes of a charsmap, empty for none.
     *
     * @throws IOException if they are no such map
     */
    public static CharsMap parse(byte[] blob) throws IOException {
        if (blob.length == 0) {
            return EMPTY;
        }
        if (blob.length < 4) {
            throw new IOException("the charsmap has " + blob.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
        long size = Integer.toUnsignedLong(buffer.getInt());
        if (size < 4 || size % 4 != 0 || size > buffer.remaining()) {
            throw new IOException("the charsmap's tree of " + size + " bytes does not fit its " + blob.length);
        }
        int[] units = new int[(int) size / 4];
        buffer.asIntBuffer().get(units);
        byte[] strings = Arrays.copyOfRange(blob, 4 + (int) size, blob.length);
        CharsMap map = new CharsMap(units, strings);
        map.verify();
        return map;
    }

    /** Wherever a text may lead to, there must be a unit, and a string that is UTF-8. */
    private void verify() throws IOException {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(strings));
        } catch (CharacterCodingException e) {
            throw new IOException("the charsmap's strings are not UTF-8", e);
        }
        for (int i = 0; i < units.length; i++) {
            if (i > 0 && units[i] < 0) {
                continue; // a value
            }
            int base = i ^ offset(units[i]);
            boolean inside = base >= 0 && (base | 0xFF) < units.length;
            if (!inside || hasLeaf(units[i]) && !isStart(value(units[base]))) {
                throw new IOException("the charsmap's unit " + i + " leads nowhere");
            }
        }
    }

    private boolean isStart(int value) {
        return value < strings.length && (strings[value] & 0xC0) != 0x80;
    }

    /** How many bytes of the text from {@code start} the longest rule takes, in the low half; its value in the high. */
    long longest(byte[] text, int start) {
        long best = 0;
        int node = offset(units[0]);
        for (int at = start; at < text.length; at++) {
            int label = text[at] & 0xFF;
            node ^= label;
            if (node < 0 || node >= units.length) {
                break;
            }
            int unit = units[node];
            if ((unit & 0x800000FF) != label) {
                break;
            }
            node ^= offset(unit);
            if (hasLeaf(unit)) {
                best = (long) value(units[node]) << 32 | at + 1 - start;
            }
        }
        return best;
    }

    /** The string of a rule: where it starts in {@link #strings()} is the rule's value, it ends before the next NUL. */
    int end(int value) {
        int end = value;
        while (end < strings.length && strings[end] != 0) {
            end++;
        }
        return end;
    }

    byte[] strings() {
        return strings;
    }

    private static boolean hasLeaf(int unit) {
        return (unit >>> 8 & 1) == 1;
    }

    private static int value(int unit) {
        return unit & Integer.MAX_VALUE;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }
}
