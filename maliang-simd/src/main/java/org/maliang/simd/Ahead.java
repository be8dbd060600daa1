package org.maliang.simd;

/**
 * How a matrix comes from memory before it is needed. Processors guess what is read next, but only within a page of 4 kB, so that
 * at each page a product waits; and Java has no instruction that asks for memory and does not wait. A store is one: the line it
 * goes to comes while the program runs on, and the processor guesses on from there. So every few kilobytes a kernel stores one
 * number of its matrix some kilobytes ahead: the very number that is there, from a copy of these few. Nothing changes, and other
 * threads may read the matrix meanwhile.
 *
 * <p>What it gives: {@code docs/performance.md}.
 */
final class Ahead {

    /** Bytes from one number that is stored to the next. */
    static final int STEP = 2048;

    /** From what is read to what is stored. */
    static final int STEPS = 4;

    private Ahead() {}

    /** The first number and every {@code step}-th after it. */
    static int[] every(int step, int[] numbers) {
        int[] some = new int[count(step, numbers.length)];
        for (int i = 0; i < some.length; i++) {
            some[i] = numbers[i * step];
        }
        return some;
    }

    /** Likewise. */
    static short[] every(int step, short[] numbers) {
        short[] some = new short[count(step, numbers.length)];
        for (int i = 0; i < some.length; i++) {
            some[i] = numbers[i * step];
        }
        return some;
    }

    /** Likewise. */
    static byte[] every(int step, byte[] numbers) {
        byte[] some = new byte[count(step, numbers.length)];
        for (int i = 0; i < some.length; i++) {
            some[i] = numbers[i * step];
        }
        return some;
    }

    private static int count(int step, int length) {
        return (int) (((long) length + step - 1) / step);
    }
}
