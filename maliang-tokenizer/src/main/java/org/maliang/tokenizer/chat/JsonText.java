package org.maliang.tokenizer.chat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.maliang.tokenizer.TokenizerException;

/** {@code json.dumps(value, ensure_ascii=False)} of Python. */
final class JsonText {
    private static final int DEEPEST = 200;

    private final StringBuilder out = new StringBuilder();
    private final String indent; // of one level; empty for one line
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sorted;

    private JsonText(String indent, String itemSeparator, String keySeparator, boolean sorted) {
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
        this.sorted = sorted;
    }

    /** The filter {@code tojson} of transformers, with its arguments. */
    static String of(Object value, Arguments arguments) {
        Object depth = arguments.at(1, "indent", None.NONE);
        String indent = depth instanceof None ? "" : depth instanceof String text ? text : " ".repeat(width(depth));
        Object separators = arguments.at(2, "separators", None.NONE);
        List<Object> pair = separators instanceof None
                ? List.of(depth instanceof None ? ", " : ",", ": ")
                : Values.items(separators);
        var json = new JsonText(
                depth instanceof None ? "" : "\n" + indent,
                Values.text(pair.get(0)),
                Values.text(pair.get(pair.size() - 1)),
                Values.isTrue(arguments.at(3, "sort_keys", false)));
        json.write(value, 0);
        return json.out.toString();
    }

    private static int width(Object depth) {
        return (int) Math.min(Math.max(0, Values.integer(depth)), 64);
    }

    private void write(Object value, int depth) {
        if (depth > DEEPEST) {
            throw new TokenizerException("chat template: a value is nested more than " + DEEPEST + " deep");
        }
        if (value instanceof String text) {
            quote(text);
        } else if (value instanceof Boolean || value instanceof Long) {
            out.append(value);
        } else if (value instanceof Double number) {
            out.append(Values.decimal(number));
        } else if (value instanceof None) {
            out.append("null");
        } else if (value instanceof List<?> list) {
            String separator = "";
            out.append('[');
            for (Object item : list) {
                newLine(out.append(separator), depth + 1);
                write(item, depth + 1);
                separator = itemSeparator;
            }
            close(list.isEmpty(), depth, ']');
        } else if (value instanceof Map<?, ?> map) {
            String separator = "";
            out.append('{');
            for (Map.Entry<?, ?> entry : ordered(map).entrySet()) {
                newLine(out.append(separator), depth + 1);
                quote(key(entry.getKey()));
                out.append(keySeparator);
                write(entry.getValue(), depth + 1);
                separator = itemSeparator;
            }
            close(map.isEmpty(), depth, '}');
        } else {
            throw new TokenizerException("chat template: " + Values.type(value) + " cannot be written as JSON");
        }
    }

    private Map<?, ?> ordered(Map<?, ?> map) {
        if (!sorted) {
            return map;
        }
        Map<Object, Object> copy = new TreeMap<>(Values::compare);
        copy.putAll(map);
        return Collections.unmodifiableMap(copy);
    }

    private static String key(Object key) {
        return key instanceof None ? "null" : key instanceof Boolean ? key.toString() : Values.text(key);
    }

    private void close(boolean empty, int depth, char bracket) {
        if (!empty) {
            newLine(out, depth);
        }
        out.append(bracket);
    }

    private void newLine(StringBuilder to, int depth) {
        if (!indent.isEmpty()) {
            to.append('\n').append(indent.substring(1).repeat(depth));
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
