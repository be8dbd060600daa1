package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maliang.tokenizer.TokenizerException;

/** What {@code value.name}, {@code value[key]} and {@code value[from:to:step]} give. */
final class Members {
    private Members() {}

    /** A method or a part with a name; a mapping's methods come before its keys. */
    static Object attribute(Object value, String name) {
        requireDefined(value);
        if (value instanceof Namespace namespace) {
            return namespace.value(name);
        }
        Object method = method(value, name);
        if (!(method instanceof Undefined)) {
            return method;
        }
        return value instanceof Map<?, ?> map && map.containsKey(name) ? map.get(name) : method;
    }

    /** A part by key or place; failing that a method. */
    static Object item(Object value, Object key) {
        requireDefined(value);
        if (value instanceof Map<?, ?> map) {
            if (map.containsKey(key)) {
                return map.get(key);
            }
        } else if (key instanceof Long index && value instanceof List<?> list) {
            long at = index < 0 ? index + list.size() : index;
            if (at >= 0 && at < list.size()) {
                return list.get((int) at);
            }
        } else if (key instanceof Long index && value instanceof String text) {
            List<Object> characters = Values.items(text);
            long at = index < 0 ? index + characters.size() : index;
            if (at >= 0 && at < characters.size()) {
                return characters.get((int) at);
            }
        }
        return key instanceof String name
                ? attribute(value, name)
                : new Undefined(Values.type(value) + " has no " + Values.representation(key));
    }

    /** {@code value[from:to:step]}, each of the three possibly {@code None}. */
    static Object slice(Object value, Object from, Object to, Object step) {
        requireDefined(value);
        if (!(value instanceof String) && !(value instanceof List)) {
            throw new TokenizerException("chat template: " + Values.type(value) + " cannot be sliced");
        }
        List<Object> items = Values.items(value);
        int size = items.size();
        long by = step instanceof None ? 1 : Values.integer(step);
        if (by == 0) {
            throw new TokenizerException("chat template: a slice with the step 0");
        }
        long start = bound(from, by > 0 ? 0 : size - 1, size, by);
        long end = bound(to, by > 0 ? size : -1, size, by);
        List<Object> part = new ArrayList<>();
        for (long i = start; by > 0 ? i < end : i > end; i += by) {
            part.add(items.get((int) i));
            if (by > size || by < -size) {
                break;
            }
        }
        if (value instanceof String) {
            var text = new StringBuilder();
            part.forEach(text::append);
            return text.toString();
        }
        return part;
    }

    private static long bound(Object given, long otherwise, int size, long step) {
        if (given instanceof None) {
            return otherwise;
        }
        long at = Values.integer(given);
        at = at < 0 ? at + size : at;
        long least = step > 0 ? 0 : -1;
        long most = step > 0 ? size : size - 1;
        return Math.min(Math.max(at, least), most);
    }

    private static void requireDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw new TokenizerException("chat template: " + undefined.why());
        }
    }

    private static Object method(Object value, String name) {
        if (value instanceof String text && StringMethods.has(name)) {
            return (Callable) (scope, arguments) -> StringMethods.call(text, name, arguments, scope);
        }
        if (value instanceof Map<?, ?> map) {
            return mapMethod(map, name);
        }
        if (value instanceof List<?> list && (name.equals("index") || name.equals("count"))) {
            return (Callable) (scope, arguments) -> find(list, arguments.at(0, "value"), name.equals("count"));
        }
        return new Undefined("'" + name + "' is no part of " + Values.type(value));
    }

    private static Object mapMethod(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (Callable) (scope, arguments) -> entries(map);
            case "keys" -> (Callable) (scope, arguments) -> new ArrayList<Object>(map.keySet());
            case "values" -> (Callable) (scope, arguments) -> new ArrayList<Object>(map.values());
            case "get" ->
                (Callable) (scope, arguments) -> {
                    Object key = arguments.at(0, "key");
                    return map.containsKey(key) ? map.get(key) : arguments.at(1, "default", None.NONE);
                };
            default -> new Undefined("a mapping has no '" + name + "'");
        };
    }

    static List<Object> entries(Map<?, ?> map) {
        List<Object> entries = new ArrayList<>();
        map.forEach((key, item) -> entries.add(List.of(key, item)));
        return entries;
    }

    private static Object find(List<?> list, Object wanted, boolean counts) {
        long count = list.stream().filter(item -> Values.equal(item, wanted)).count();
        if (counts) {
            return count;
        }
        for (int i = 0; i < list.size(); i++) {
            if (Values.equal(list.get(i), wanted)) {
                return (long) i;
            }
        }
        throw new TokenizerException("chat template: " + Values.representation(wanted) + " is not in the list");
    }
}
