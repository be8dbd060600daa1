package org.maliang.train.data;

/**
 * A shuffle of {@code 0 … size-1} that needs no memory: a four-round Feistel network over the next even power of two,
 * walked until it falls inside the range (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
 */
final class Permutation {
    private static final int ROUNDS = 4;

    private final long size;
    private final long seed;
    private final int halfBits;

    Permutation(long size, long seed) {
        this.size = size;
        this.seed = seed;
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, size - 1));
        this.halfBits = Math.max(1, (bits + 1) / 2);
    }

    /** Where {@code index} goes; different indices go to different places. */
    long at(long index) {
        long value = index;
        do {
            value = shuffle(value);
        } while (value >= size);
        return value;
    }

    private long shuffle(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = left ^ (mix(right ^ mix(seed + round)) & mask);
            left = right;
            right = mixed;
        }
        return (left << halfBits) | right;
    }

    /** The finaliser of SplitMix64: every bit of the input stirs every bit of the output. */
    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
