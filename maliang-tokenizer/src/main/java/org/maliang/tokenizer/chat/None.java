package org.maliang.tokenizer.chat;

/** Python's {@code None}. */
enum None {
    NONE
}
