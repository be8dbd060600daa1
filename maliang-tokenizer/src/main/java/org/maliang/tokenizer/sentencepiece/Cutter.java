package org.maliang.tokenizer.sentencepiece;

/** A way to cut normalised text into pieces. */
interface Cutter {
    /** The id and the end of each piece of a text in UTF-8, one after the other. */
    int[] cut(byte[] text);
}
