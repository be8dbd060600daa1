package org.maliang.checkpoint.torch;

import java.util.OptionalLong;

/**
 * Where the bytes of a storage, or of another part of the file, lie.
 *
 * @param offset first byte, counted from the start of the file
 * @param stored length in the file
 * @param bytes length of the content: more than {@code stored} when it is compressed
 * @param compressed by the method "deflate"
 * @param checksum CRC-32 of the content; empty where the file has none
 */
record Place(long offset, long stored, long bytes, boolean compressed, OptionalLong checksum) {
    private static final long SMALL = 1 << 24;
    private static final int RATIO = 20;

    static Place of(long offset, long bytes) {
        return new Place(offset, bytes, bytes, false, OptionalLong.empty());
    }

    /** Whether it expands to no more than weights do; a few bytes could otherwise fill the memory. */
    boolean reasonable() {
        return bytes <= Math.max(SMALL, RATIO * stored);
    }
}
