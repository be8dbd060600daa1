package org.maliang.tokenizer.chat;

/** Something that writes text. */
interface Statement {
    /** How a loop goes on after a statement in it. */
    enum Flow {
        NEXT,
        CONTINUE,
        BREAK
    }

    Flow render(Scope scope, StringBuilder out);
}
