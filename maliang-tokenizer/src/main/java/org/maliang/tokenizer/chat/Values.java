package org.maliang.tokenizer.chat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.maliang.tokenizer.TokenizerException;

/**
 * Values as Python has them: {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link List}, {@link Map},
 * {@link None}, {@link Undefined} and {@link Callable}.
 */
final class Values {
    private static final int DEEPEST = 200;

    private Values() {}

    /** Brings what Java code passes in into this form. */
    static Object of(@Nullable Object value) {
        return of(value, 0);
    }

    private static Object of(@Nullable Object value, int depth) {
        if (value == null) {
            return None.NONE;
        }
        if (depth > DEEPEST) {
            throw new TokenizerException("chat template: a variable is nested more than " + DEEPEST + " deep");
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(of(key, depth + 1), of(item, depth + 1)));
            return copy;
        }
        if (value instanceof Iterable<?> items) {
            List<Object> copy = new ArrayList<>();
            items.forEach(item -> copy.add(of(item, depth + 1)));
            return copy;
        }
        if (value instanceof Float || value instanceof BigDecimal) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Number number && !(value instanceof Double)) {
            return number.longValue();
        }
        boolean known = value instanceof CharSequence
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof None
                || value instanceof Undefined
                || value instanceof Callable;
        if (!known) {
            throw new TokenizerException("chat template: a variable is a "
                    + value.getClass().getName() + "; only strings, numbers, booleans, lists and maps can be used");
        }
        return value instanceof CharSequence text ? text.toString() : value;
    }

    static boolean isTrue(Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return !(value instanceof None || value instanceof Undefined);
    }

    /** {@code str(value)}. */
    static String text(Object value) {
        return value instanceof String text ? text : value instanceof Undefined ? "" : representation(value);
    }

    /** {@code repr(value)}. */
    static String representation(Object value) {
        var out = new StringBuilder();
        represent(value, out, 0);
        return out.toString();
    }

    private static void represent(Object value, StringBuilder out, int depth) {
        if (depth > DEEPEST) {
            throw new TokenizerException("chat template: a value is nested more than " + DEEPEST + " deep");
        }
        if (value instanceof Boolean bool) {
            out.append(bool ? "True" : "False");
        } else if (value instanceof None) {
            out.append("None");
        } else if (value instanceof Undefined) {
            out.append("Undefined");
        } else if (value instanceof Double number) {
            out.append(decimal(number));
        } else if (value instanceof String text) {
            quote(text, out);
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object item : list) {
                represent(item, out.append(separator), depth + 1);
                separator = ", ";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                represent(entry.getKey(), out.append(separator), depth + 1);
                represent(entry.getValue(), out.append(": "), depth + 1);
                separator = ", ";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else {
            out.append(value instanceof Long ? value.toString() : "<function>");
        }
    }

    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(c);
                    } else if (c < ' ' || c >= 0x7F && c <= 0xA0 || c == 0xAD) {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append(quote);
    }

    /** {@code repr} of a float: the shortest digits, an exponent only for what is very large or small. */
    static String decimal(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        if (size == 0 || size >= 1e-4 && size < 1e16) {
            String plain = new BigDecimal(Double.toString(value)).toPlainString();
            String whole = plain.indexOf('.') < 0 ? plain + ".0" : plain;
            return value == 0 && 1 / value < 0 && !whole.startsWith("-") ? "-" + whole : whole;
        }
        String[] parts = Double.toString(value).split("E");
        String digits = parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
        int exponent = Integer.parseInt(parts[1]);
        return digits + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    static boolean equal(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return left instanceof Double || right instanceof Double
                    ? number(left) == number(right)
                    : integer(left) == integer(right);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = equal(a.get(i), b.get(i));
            }
            return same;
        }
        return left.equals(right);
    }

    /** Numbers, texts and lists have an order; anything else has none. */
    static int compare(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return Double.compare(number(left) + 0.0, number(right) + 0.0);
        }
        if (left instanceof String a && right instanceof String b) {
            return compareTexts(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!equal(a.get(i), b.get(i))) {
                    return compare(a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw new TokenizerException("chat template: " + type(left) + " and " + type(right) + " have no order");
    }

    /** By code points, not by chars. */
    private static int compareTexts(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }

    static boolean isNumber(Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    static double number(Object value) {
        if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new TokenizerException("chat template: " + type(value) + " is no number");
    }

    static long integer(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        throw new TokenizerException("chat template: " + type(value) + " is no whole number");
    }

    /** The items that a loop over the value sees. */
    @SuppressWarnings("unchecked")
    static List<Object> items(Object value) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            return new ArrayList<>(
                    text.codePoints().mapToObj(Character::toString).toList());
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        throw new TokenizerException("chat template: " + type(value) + " has no items");
    }

    static boolean contains(Object whole, Object part) {
        if (whole instanceof String text) {
            if (part instanceof String piece) {
                return text.contains(piece);
            }
            throw new TokenizerException("chat template: a string cannot contain " + type(part));
        }
        return items(whole).stream().anyMatch(item -> equal(item, part));
    }

    static String type(Object value) {
        if (value instanceof Undefined undefined) {
            return undefined.why();
        }
        return value instanceof String
                ? "a string"
                : value instanceof Long
                        ? "a whole number"
                        : value instanceof Double
                                ? "a number"
                                : value instanceof Boolean
                                        ? "a boolean"
                                        : value instanceof List
                                                ? "a list"
                                                : value instanceof Map
                                                        ? "a mapping"
                                                        : value instanceof None ? "None" : "a function";
    }
}
