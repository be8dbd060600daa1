package org.maliang.tokenizer.chat;

/** Something that has a value. */
interface Expression {
    Object value(Scope scope);
}
