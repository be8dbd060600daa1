package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import org.maliang.tokenizer.TokenizerException;

/** The methods of Python's {@code str} that templates use. */
final class StringMethods {
    private static final Set<String> NAMES = Set.of(
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "startswith",
            "endswith",
            "replace",
            "upper",
            "lower",
            "title",
            "capitalize",
            "join",
            "find",
            "rfind",
            "index",
            "count",
            "removeprefix",
            "removesuffix",
            "isdigit",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower");

    private StringMethods() {}

    static boolean has(String name) {
        return NAMES.contains(name);
    }

    static Object call(String text, String name, Arguments arguments, Scope scope) {
        return switch (name) {
            case "strip" -> strip(text, arguments.at(0, "chars", None.NONE), true, true);
            case "lstrip" -> strip(text, arguments.at(0, "chars", None.NONE), true, false);
            case "rstrip" -> strip(text, arguments.at(0, "chars", None.NONE), false, true);
            case "split" -> split(text, arguments, false);
            case "rsplit" -> split(text, arguments, true);
            case "splitlines" -> lines(text);
            case "startswith" -> anyOf(arguments.at(0, "prefix")).stream().anyMatch(text::startsWith);
            case "endswith" -> anyOf(arguments.at(0, "suffix")).stream().anyMatch(text::endsWith);
            case "replace" -> replace(text, arguments, scope);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title" -> title(text);
            case "capitalize" -> capitalize(text);
            case "join" -> join(text, Values.items(arguments.at(0, "iterable")), scope);
            case "find" -> characters(text, text.indexOf(string(arguments, 0)));
            case "rfind" -> characters(text, text.lastIndexOf(string(arguments, 0)));
            case "index" -> {
                long at = characters(text, text.indexOf(string(arguments, 0)));
                if (at < 0) {
                    throw new TokenizerException("chat template: the text to find is not there");
                }
                yield at;
            }
            case "count" -> count(text, string(arguments, 0));
            case "removeprefix" ->
                text.startsWith(string(arguments, 0))
                        ? text.substring(string(arguments, 0).length())
                        : text;
            case "removesuffix" ->
                text.endsWith(string(arguments, 0))
                        ? text.substring(0, text.length() - string(arguments, 0).length())
                        : text;
            case "isdigit" -> all(text, Character::isDigit);
            case "isalpha" -> all(text, Character::isLetter);
            case "isalnum" -> all(text, Character::isLetterOrDigit);
            case "isspace" -> all(text, StringMethods::isSpace);
            case "isupper" -> text.equals(text.toUpperCase(Locale.ROOT)) && !text.equals(text.toLowerCase(Locale.ROOT));
            default -> text.equals(text.toLowerCase(Locale.ROOT)) && !text.equals(text.toUpperCase(Locale.ROOT));
        };
    }

    private static boolean all(String text, IntPredicate kind) {
        return !text.isEmpty() && text.codePoints().allMatch(kind);
    }

    private static String string(Arguments arguments, int index) {
        return string(arguments.at(index, "value"));
    }

    private static String string(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new TokenizerException("chat template: " + Values.type(value) + " where a string is needed");
    }

    private static List<String> anyOf(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(StringMethods::string).toList()
                : List.of(string(value));
    }

    /** White space as Python knows it, no-break spaces included. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    static String strip(String text, Object characters, boolean left, boolean right) {
        IntPredicate goes = characters instanceof None
                ? StringMethods::isSpace
                : c -> string(characters).indexOf(c) >= 0;
        int start = 0;
        int end = text.length();
        while (left && start < end && goes.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && goes.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static List<Object> split(String text, Arguments arguments, boolean fromRight) {
        Object separator = arguments.at(0, "sep", None.NONE);
        long most = Values.integer(arguments.at(1, "maxsplit", -1L));
        most = most < 0 ? Long.MAX_VALUE : most;
        if (separator instanceof None) {
            return fromRight ? splitBlanksFromRight(text, most) : splitBlanks(text, most);
        }
        String mark = string(separator);
        if (mark.isEmpty()) {
            throw new TokenizerException("chat template: a text cannot be split at nothing");
        }
        List<Object> parts = new ArrayList<>();
        if (fromRight) {
            int end = text.length();
            for (int at = text.lastIndexOf(mark); at >= 0 && parts.size() < most; ) {
                parts.add(0, text.substring(at + mark.length(), end));
                end = at;
                at = at < mark.length() ? -1 : text.lastIndexOf(mark, at - mark.length());
            }
            parts.add(0, text.substring(0, end));
            return parts;
        }
        int start = 0;
        for (int at = text.indexOf(mark); at >= 0 && parts.size() < most; at = text.indexOf(mark, start)) {
            parts.add(text.substring(start, at));
            start = at + mark.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<Object> splitBlanks(String text, long most) {
        List<Object> parts = new ArrayList<>();
        String rest = strip(text, None.NONE, true, false);
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !isSpace(rest.charAt(end))) {
                end++;
            }
            if (parts.size() == most) {
                parts.add(strip(rest, None.NONE, false, true));
                break;
            }
            parts.add(rest.substring(0, end));
            rest = strip(rest.substring(end), None.NONE, true, false);
        }
        return parts;
    }

    private static List<Object> splitBlanksFromRight(String text, long most) {
        List<Object> parts = new ArrayList<>();
        String rest = strip(text, None.NONE, false, true);
        while (!rest.isEmpty()) {
            int start = rest.length();
            while (start > 0 && !isSpace(rest.charAt(start - 1))) {
                start--;
            }
            if (parts.size() == most) {
                parts.add(0, strip(rest, None.NONE, true, false));
                break;
            }
            parts.add(0, rest.substring(start));
            rest = strip(rest.substring(0, start), None.NONE, false, true);
        }
        return parts;
    }

    static List<Object> lines(String text) {
        List<Object> lines =
                new ArrayList<>(List.of(text.split("\r\n|[\n\r\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]", -1)));
        if (lines.get(lines.size() - 1).equals("")) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    static String replace(String text, Arguments arguments, Scope scope) {
        String old = string(arguments.at(0, "old"));
        String replacement = string(arguments.at(1, "new"));
        Object given = arguments.at(2, "count", None.NONE);
        long most = given instanceof None || Values.integer(given) < 0 ? Long.MAX_VALUE : Values.integer(given);
        var out = new StringBuilder();
        int start = 0;
        int at = text.indexOf(old);
        for (long done = 0; at >= 0 && done < most; done++) {
            scope.wrote(replacement.length());
            out.append(text, start, at).append(replacement);
            start = at + old.length();
            if (old.isEmpty()) {
                if (at == text.length()) {
                    return out.toString();
                }
                int next = at + Character.charCount(text.codePointAt(at));
                out.append(text, at, next);
                start = next;
            }
            at = text.indexOf(old, start);
        }
        return out.append(text, start, text.length()).toString();
    }

    static String join(String separator, List<Object> parts, Scope scope) {
        var out = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String part = Values.text(parts.get(i));
            scope.wrote(part.length() + separator.length());
            out.append(i == 0 ? "" : separator).append(part);
        }
        return out.toString();
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) {
            return text.codePointCount(0, text.length()) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static long characters(String text, int chars) {
        return chars < 0 ? -1 : text.codePointCount(0, chars);
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    /** Letters after something that is no letter are upper case. */
    private static String title(String text) {
        var out = new StringBuilder();
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
        }
        return out.toString();
    }
}
