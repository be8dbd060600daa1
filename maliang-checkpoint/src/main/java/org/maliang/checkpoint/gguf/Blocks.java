package org.maliang.checkpoint.gguf;

import java.nio.ByteBuffer;

/**
 * Numbers in blocks of 32 that share a scale, laid out as in llama.cpp (ggml-quants.c): the low halves of the bytes hold
 * the first sixteen numbers, the high halves the others.
 */
final class Blocks {
    private static final int SIZE = 32;
    private static final int HALF = SIZE / 2;

    private Blocks() {}

    /** Reads blocks from {@code bytes} until {@code numbers} is full. */
    static void read(GgufType type, ByteBuffer bytes, float[] numbers) {
        for (int at = 0; at < numbers.length; at += type.blockSize()) {
            switch (type) {
                case Q4_K, Q5_K, Q6_K -> SuperBlocks.read(type, bytes, numbers, at);
                case Q4_0 -> fours(bytes, numbers, at, Half.toFloat(bytes.getShort()), Float.NaN);
                case Q4_1 -> {
                    float scale = Half.toFloat(bytes.getShort());
                    fours(bytes, numbers, at, scale, Half.toFloat(bytes.getShort()));
                }
                case Q5_0 -> fives(bytes, numbers, at, Half.toFloat(bytes.getShort()), Float.NaN);
                case Q5_1 -> {
                    float scale = Half.toFloat(bytes.getShort());
                    fives(bytes, numbers, at, scale, Half.toFloat(bytes.getShort()));
                }
                case Q8_0 -> {
                    float scale = Half.toFloat(bytes.getShort());
                    for (int i = 0; i < SIZE; i++) {
                        numbers[at + i] = bytes.get() * scale;
                    }
                }
                default -> throw new IllegalArgumentException(type + " has no blocks");
            }
        }
    }

    /** Four bits each: around zero, or above a minimum where there is one. */
    private static void fours(ByteBuffer bytes, float[] numbers, int at, float scale, float minimum) {
        for (int i = 0; i < HALF; i++) {
            int two = bytes.get();
            numbers[at + i] = value(two & 0xf, 8, scale, minimum);
            numbers[at + i + HALF] = value(two >> 4 & 0xf, 8, scale, minimum);
        }
    }

    /** Five bits each, the fifth in a word of its own. */
    private static void fives(ByteBuffer bytes, float[] numbers, int at, float scale, float minimum) {
        int fifths = bytes.getInt();
        for (int i = 0; i < HALF; i++) {
            int two = bytes.get();
            int low = two & 0xf | (fifths >> i & 1) << 4;
            int high = two >> 4 & 0xf | (fifths >> i + HALF & 1) << 4;
            numbers[at + i] = value(low, 16, scale, minimum);
            numbers[at + i + HALF] = value(high, 16, scale, minimum);
        }
    }

    private static float value(int stored, int middle, float scale, float minimum) {
        return Float.isNaN(minimum) ? (stored - middle) * scale : stored * scale + minimum;
    }

    /** Writes all of {@code numbers}, a whole number of blocks, rounding as llama.cpp does. */
    static void write(GgufType type, float[] numbers, ByteBuffer bytes) {
        for (int at = 0; at < numbers.length; at += SIZE) {
            switch (type) {
                case Q8_0 -> writeEights(numbers, at, bytes);
                case Q4_0 -> writeFours(numbers, at, bytes);
                default -> throw new IllegalArgumentException(type + " can be read only; write Q8_0 or Q4_0");
            }
        }
    }

    private static void writeEights(float[] numbers, int at, ByteBuffer bytes) {
        float largest = 0;
        for (int i = 0; i < SIZE; i++) {
            largest = Math.max(largest, Math.abs(numbers[at + i]));
        }
        float scale = largest / 127;
        float inverse = scale == 0 ? 0 : 1 / scale;
        bytes.putShort(Half.of(scale));
        for (int i = 0; i < SIZE; i++) {
            bytes.put((byte) awayFromZero(numbers[at + i] * inverse));
        }
    }

    /** Half away from zero, as C's {@code roundf}. */
    private static int awayFromZero(float x) {
        return (int) (x + Math.copySign(0.5, x)); // in doubles: in floats the sum itself would be rounded
    }

    private static void writeFours(float[] numbers, int at, ByteBuffer bytes) {
        float extreme = 0;
        for (int i = 0; i < SIZE; i++) {
            if (Math.abs(numbers[at + i]) > Math.abs(extreme)) {
                extreme = numbers[at + i];
            }
        }
        float scale = extreme / -8;
        float inverse = scale == 0 ? 0 : 1 / scale;
        bytes.putShort(Half.of(scale));
        for (int i = 0; i < HALF; i++) {
            int low = Math.min(15, (int) (numbers[at + i] * inverse + 8.5f));
            int high = Math.min(15, (int) (numbers[at + i + HALF] * inverse + 8.5f));
            bytes.put((byte) (low | high << 4));
        }
    }
}
