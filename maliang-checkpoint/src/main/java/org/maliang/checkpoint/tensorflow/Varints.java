package org.maliang.checkpoint.tensorflow;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.maliang.checkpoint.CheckpointException;

/** Whole numbers in groups of seven bits, lowest first. */
final class Varints {
    private static final int MOST_BITS = 63;

    private Varints() {}

    static long read(Path file, ByteBuffer in) {
        long number = 0;
        for (int shift = 0; shift <= MOST_BITS && in.hasRemaining(); shift += 7) {
            byte next = in.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new CheckpointException(file, "has a number that does not end", "copy or download it again");
    }
}
