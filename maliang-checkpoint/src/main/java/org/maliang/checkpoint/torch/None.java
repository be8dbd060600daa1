package org.maliang.checkpoint.torch;

/** Python's {@code None}. */
public enum None {
    NONE
}
