package org.maliang.checkpoint.gguf;

/** 16-bit floats of IEEE 754, which Java knows from release 20 on. */
final class Half {
    private static final float SMALLEST_NORMAL = 0x1p-14f;
    private static final float STEP_OF_SUBNORMALS = 0x1p-24f;
    private static final int INFINITY = 0x7c00;

    private Half() {}

    static float toFloat(short bits) {
        int sign = bits & 0x8000;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * STEP_OF_SUBNORMALS;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        };
        return sign == 0 ? magnitude : -magnitude;
    }

    /** The nearest; of two as near the even one. */
    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        if (Float.isNaN(value)) {
            return (short) (sign | INFINITY | 0x200);
        }
        float magnitude = Math.abs(value);
        if (magnitude < SMALLEST_NORMAL) {
            return (short) (sign | (int) Math.rint((double) magnitude / STEP_OF_SUBNORMALS));
        }
        int rounded = (bits & 0x7fffffff) + 0xfff + (bits >> 13 & 1); // a carry grows the exponent, as it should
        int half = (rounded >> 13) - (112 << 10);
        return (short) (sign | Math.min(half, INFINITY));
    }
}
