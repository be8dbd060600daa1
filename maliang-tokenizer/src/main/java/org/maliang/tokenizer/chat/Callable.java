package org.maliang.tokenizer.chat;

/** Something that a template calls: a function, a method of a value, a macro. */
interface Callable {
    Object call(Scope scope, Arguments arguments);
}
