package org.maliang.tokenizer.chat;

import java.util.List;
import java.util.Map;
import org.maliang.tokenizer.TokenizerException;

/** The arguments of a call. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    /** The argument at a place or with a name, or what it is otherwise. */
    Object at(int index, String name, Object otherwise) {
        return index < positional.size() ? positional.get(index) : named.getOrDefault(name, otherwise);
    }

    Object at(int index, String name) {
        if (!has(index, name)) {
            throw new TokenizerException("chat template: the argument '" + name + "' is missing");
        }
        return at(index, name, None.NONE);
    }

    /** The arguments after the first ones. */
    Arguments from(int index) {
        return new Arguments(positional.subList(Math.min(index, positional.size()), positional.size()), named);
    }
}
