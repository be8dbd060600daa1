package org.maliang.checkpoint.gguf;

import java.nio.ByteBuffer;

/**
 * Numbers in blocks of 256 whose parts have scales of their own, which in turn share a scale: llama.cpp's "k-quants"
 * (ggml-quants.c).
 */
final class SuperBlocks {
    private static final int SIZE = 256;
    private static final int PART = 32;

    private SuperBlocks() {}

    /** Reads one block. */
    static void read(GgufType type, ByteBuffer bytes, float[] numbers, int at) {
        if (type == GgufType.Q6_K) {
            readSixes(bytes, numbers, at);
        } else {
            readScaled(bytes, numbers, at, type == GgufType.Q5_K);
        }
    }

    /** Two scales, twelve bytes of scales and minima, the fifth bits where there are any, and four bits of each number. */
    private static void readScaled(ByteBuffer bytes, float[] numbers, int at, boolean fives) {
        float scale = Half.toFloat(bytes.getShort());
        float minimum = Half.toFloat(bytes.getShort());
        int[] packed = unsigned(bytes, 12);
        int[] fifths = unsigned(bytes, fives ? PART : 0);
        int[] fours = unsigned(bytes, SIZE / 2);
        for (int part = 0; part < SIZE / PART; part++) {
            float step = scale * packedScale(packed, part);
            float below = minimum * packedMinimum(packed, part);
            for (int i = 0; i < PART; i++) {
                int stored = fours[part / 2 * PART + i] >> 4 * (part % 2) & 0xf;
                stored |= fives ? (fifths[i] >> part & 1) << 4 : 0;
                numbers[at + part * PART + i] = step * stored - below;
            }
        }
    }

    /** Six bits: whole for the first four parts, the others' in two pieces. */
    private static int packedScale(int[] packed, int part) {
        return part < 4 ? packed[part] & 63 : packed[part + 4] & 0xf | packed[part - 4] >> 6 << 4;
    }

    private static int packedMinimum(int[] packed, int part) {
        return part < 4 ? packed[part + 4] & 63 : packed[part + 4] >> 4 | packed[part] >> 6 << 4;
    }

    /** Four low bits of each number, two high bits, sixteen scales, the scale of those. */
    private static void readSixes(ByteBuffer bytes, float[] numbers, int at) {
        int[] lows = unsigned(bytes, SIZE / 2);
        int[] highs = unsigned(bytes, SIZE / 4);
        byte[] scales = new byte[SIZE / 16];
        bytes.get(scales);
        float scale = Half.toFloat(bytes.getShort());
        for (int i = 0; i < SIZE; i++) {
            int half = i / 128;
            int quarter = i % 128 / PART;
            int place = i % PART;
            int low = lows[64 * half + PART * (quarter % 2) + place] >> 4 * (quarter / 2) & 0xf;
            int high = highs[PART * half + place] >> 2 * quarter & 3;
            numbers[at + i] = scale * scales[i / 16] * ((low | high << 4) - 32);
        }
    }

    private static int[] unsigned(ByteBuffer bytes, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = bytes.get() & 0xff;
        }
        return values;
    }
}
