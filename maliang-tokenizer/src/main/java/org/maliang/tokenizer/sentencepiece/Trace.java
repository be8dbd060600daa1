package org.maliang.tokenizer.sentencepiece;

import java.util.Arrays;

/** Hears where in a text the bytes of its normalised form come from. */
interface Trace {

    /** Hears nothing. */
    Trace NONE = new Trace() {
        @Override
        public void wrote(int count, int from, int to) {}

        @Override
        public void keep(int count) {}
    };

    /** So many bytes were written for those of the text from {@code from} to before {@code to}. */
    void wrote(int count, int from, int to);

    /** All but the first {@code count} bytes that were written were taken back. */
    void keep(int count);

    /** Remembers it, byte by byte. */
    final class Places implements Trace {
        private int[] from = new int[64];
        private int[] to = new int[64];
        private int size;

        @Override
        public void wrote(int count, int start, int end) {
            if (size + count > from.length) {
                from = Arrays.copyOf(from, 2 * (size + count));
                to = Arrays.copyOf(to, from.length);
            }
            Arrays.fill(from, size, size + count, start);
            Arrays.fill(to, size, size + count, end);
            size += count;
        }

        @Override
        public void keep(int count) {
            size = count;
        }

        /** Where in the text what a written byte stands for begins. */
        int from(int written) {
            return from[written];
        }

        /** Where it ends. */
        int to(int written) {
            return to[written];
        }
    }
}
