package org.maliang.tokenizer.chat;

import java.util.HashMap;
import java.util.Map;

/** The only value whose parts a template can set from inside a loop. */
final class Namespace {
    private final Map<String, Object> values = new HashMap<>();

    Object value(String name) {
        return values.getOrDefault(name, new Undefined("'namespace' has no '" + name + "'"));
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
