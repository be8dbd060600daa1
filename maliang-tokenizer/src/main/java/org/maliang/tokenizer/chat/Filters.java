package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.tokenizer.TokenizerException;

/** The filters of Jinja that templates use, and {@code tojson} as transformers has it. */
final class Filters {
    /** One filter; the first argument is the value, the rest are the filter's own. */
    interface Filter {
        Object apply(Object value, Arguments arguments, Scope scope);
    }

    private static final Pattern TITLE = Pattern.compile("[^-\\s({\\[<]+");
    private static final Map<String, Filter> ALL = all();

    private Filters() {}

    static Filter of(String name) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw new TokenizerException("chat template: the filter '" + name + "' is not supported");
        }
        return filter;
    }

    private static Map<String, Filter> all() {
        Map<String, Filter> all = new HashMap<>();
        texts(all);
        lists(all);
        choices(all);
        all.put("tojson", (value, arguments, scope) -> {
            String json = JsonText.of(value, arguments);
            scope.wrote(json.length());
            return json;
        });
        all.put("default", (value, arguments, scope) -> {
            boolean falseToo = Values.isTrue(arguments.at(1, "boolean", false));
            boolean missing = value instanceof Undefined || falseToo && !Values.isTrue(value);
            return missing ? arguments.at(0, "default_value", "") : value;
        });
        all.put("d", all.get("default"));
        all.put("int", (value, arguments, scope) -> integer(value, arguments.at(0, "default", 0L)));
        all.put("float", (value, arguments, scope) -> decimal(value, arguments.at(0, "default", 0.0)));
        all.put("abs", (value, arguments, scope) -> Values.number(value) < 0 ? Operators.negative(value) : value);
        all.put("round", (value, arguments, scope) -> {
            double scale = Math.pow(10, Values.number(arguments.at(0, "precision", 0L)));
            return Math.rint(Values.number(value) * scale) / scale;
        });
        return Map.copyOf(all);
    }

    private static void texts(Map<String, Filter> all) {
        all.put("string", (value, arguments, scope) -> Values.text(value));
        all.put("safe", (value, arguments, scope) -> Values.text(value));
        all.put("upper", (value, arguments, scope) -> Values.text(value).toUpperCase(Locale.ROOT));
        all.put("lower", (value, arguments, scope) -> Values.text(value).toLowerCase(Locale.ROOT));
        all.put("capitalize", (value, arguments, scope) -> StringMethods.capitalize(Values.text(value)));
        all.put(
                "title",
                (value, arguments, scope) -> TITLE.matcher(Values.text(value))
                        .replaceAll(word -> Matcher.quoteReplacement(StringMethods.capitalize(word.group()))));
        all.put(
                "trim",
                (value, arguments, scope) ->
                        StringMethods.strip(Values.text(value), arguments.at(0, "chars", None.NONE), true, true));
        all.put("replace", (value, arguments, scope) -> StringMethods.replace(Values.text(value), arguments, scope));
        all.put(
                "escape",
                (value, arguments, scope) -> Values.text(value)
                        .replace("&", "&amp;")
                        .replace(">", "&gt;")
                        .replace("<", "&lt;")
                        .replace("'", "&#39;")
                        .replace("\"", "&#34;"));
        all.put("e", all.get("escape"));
        all.put("indent", (value, arguments, scope) -> indent(Values.text(value), arguments, scope));
    }

    private static void lists(Map<String, Filter> all) {
        all.put("list", (value, arguments, scope) -> new ArrayList<>(Values.items(value)));
        all.put("length", (value, arguments, scope) ->
                (long) Values.items(value).size());
        all.put("count", all.get("length"));
        all.put("first", (value, arguments, scope) -> {
            List<Object> items = Values.items(value);
            return items.isEmpty() ? new Undefined("the first item of nothing is undefined") : items.get(0);
        });
        all.put("last", (value, arguments, scope) -> {
            List<Object> items = Values.items(value);
            return items.isEmpty()
                    ? new Undefined("the last item of nothing is undefined")
                    : items.get(items.size() - 1);
        });
        all.put("join", (value, arguments, scope) -> {
            List<Object> items = Values.items(value);
            if (arguments.has(1, "attribute")) {
                items = mapped(items, arguments.at(1, "attribute"));
            }
            return StringMethods.join(Values.text(arguments.at(0, "d", "")), items, scope);
        });
        all.put("reverse", (value, arguments, scope) -> {
            List<Object> items = new ArrayList<>(Values.items(value));
            Collections.reverse(items);
            return value instanceof String ? StringMethods.join("", items, scope) : items;
        });
        all.put(
                "items",
                (value, arguments, scope) -> value instanceof Map<?, ?> map ? Members.entries(map) : List.of());
        all.put("dictsort", (value, arguments, scope) -> {
            if (!(value instanceof Map<?, ?> map)) {
                throw new TokenizerException("chat template: " + Values.type(value) + " is no mapping to sort");
            }
            List<Object> entries = Members.entries(map);
            entries.sort(
                    Comparator.comparing(entry -> folded(Values.items(entry).get(0)), Values::compare));
            return entries;
        });
        all.put("sort", (value, arguments, scope) -> sorted(value, arguments));
        all.put("unique", (value, arguments, scope) -> {
            List<Object> kept = new ArrayList<>();
            List<Object> keys = new ArrayList<>();
            for (Object item : Values.items(value)) {
                if (!Values.contains(keys, folded(item))) {
                    keys.add(folded(item));
                    kept.add(item);
                }
                scope.step();
            }
            return kept;
        });
        all.put("sum", (value, arguments, scope) -> {
            Object sum = 0L;
            for (Object item : Values.items(value)) {
                sum = Operators.arithmetic("+", sum, item, scope);
            }
            return sum;
        });
        all.put("min", (value, arguments, scope) -> Collections.min(nonEmpty(value), Values::compare));
        all.put("max", (value, arguments, scope) -> Collections.max(nonEmpty(value), Values::compare));
    }

    private static void choices(Map<String, Filter> all) {
        all.put("map", (value, arguments, scope) -> {
            List<Object> items = Values.items(value);
            if (arguments.named().containsKey("attribute")) {
                return mapped(
                        items, arguments.at(0, "attribute"), arguments.at(9, "default", new Undefined("no default")));
            }
            Filter filter = of(Values.text(arguments.at(0, "filter")));
            List<Object> results = new ArrayList<>();
            for (Object item : items) {
                scope.step();
                results.add(filter.apply(item, arguments.from(1), scope));
            }
            return results;
        });
        for (boolean keeps : new boolean[] {true, false}) {
            String name = keeps ? "select" : "reject";
            all.put(name, (value, arguments, scope) -> chosen(value, arguments, keeps, scope));
            all.put(name + "attr", (value, arguments, scope) -> {
                Object attribute = arguments.at(0, "attribute");
                List<Object> kept = new ArrayList<>();
                for (Object item : Values.items(value)) {
                    if (passes(part(item, attribute), arguments.from(1), scope) == keeps) {
                        kept.add(item);
                    }
                }
                return kept;
            });
        }
    }

    private static List<Object> chosen(Object value, Arguments arguments, boolean keeps, Scope scope) {
        List<Object> kept = new ArrayList<>();
        for (Object item : Values.items(value)) {
            if (passes(item, arguments, scope) == keeps) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static boolean passes(Object value, Arguments arguments, Scope scope) {
        scope.step();
        return arguments.positional().isEmpty()
                ? Values.isTrue(value)
                : Tests.of(Values.text(arguments.positional().get(0))).passes(value, arguments.from(1));
    }

    private static List<Object> nonEmpty(Object value) {
        List<Object> items = Values.items(value);
        if (items.isEmpty()) {
            throw new TokenizerException("chat template: nothing has no smallest or largest item");
        }
        return items;
    }

    private static List<Object> mapped(List<Object> items, Object attribute) {
        return mapped(items, attribute, new Undefined("no default"));
    }

    private static List<Object> mapped(List<Object> items, Object attribute, Object otherwise) {
        List<Object> parts = new ArrayList<>();
        for (Object item : items) {
            Object part = part(item, attribute);
            parts.add(part instanceof Undefined ? otherwise : part);
        }
        return parts;
    }

    /** A part of a part …, by names with dots between. */
    private static Object part(Object item, Object attribute) {
        if (attribute instanceof Long) {
            return Members.item(item, attribute);
        }
        Object part = item;
        for (String name : Values.text(attribute).split("\\.")) {
            part = name.matches("\\d{1,9}") ? Members.item(part, Long.valueOf(name)) : Members.item(part, name);
        }
        return part;
    }

    private static List<Object> sorted(Object value, Arguments arguments) {
        boolean caseMatters = Values.isTrue(arguments.at(1, "case_sensitive", false));
        Object attribute = arguments.at(2, "attribute", None.NONE);
        List<Object> items = new ArrayList<>(Values.items(value));
        Comparator<Object> order = Comparator.comparing(
                item -> {
                    Object key = attribute instanceof None ? item : part(item, attribute);
                    return caseMatters ? key : folded(key);
                },
                Values::compare);
        items.sort(Values.isTrue(arguments.at(0, "reverse", false)) ? order.reversed() : order);
        return items;
    }

    private static Object folded(Object value) {
        return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static String indent(String text, Arguments arguments, Scope scope) {
        Object width = arguments.at(0, "width", 4L);
        String indent = width instanceof String given ? given : " ".repeat((int) Math.min(64, Values.integer(width)));
        boolean blankToo = Values.isTrue(arguments.at(2, "blank", false));
        List<Object> lines = StringMethods.lines(text + "\n");
        for (int i = 1; i < lines.size(); i++) {
            String line = Values.text(lines.get(i));
            lines.set(i, line.isEmpty() && !blankToo ? line : indent + line);
        }
        String joined = StringMethods.join("\n", lines, scope);
        return Values.isTrue(arguments.at(1, "first", false)) ? indent + joined : joined;
    }

    private static Object integer(Object value, Object otherwise) {
        if (Values.isNumber(value)) {
            return (long) Values.number(value);
        }
        try {
            return value instanceof String text ? (Object) (long) Double.parseDouble(text.strip()) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Object decimal(Object value, Object otherwise) {
        if (Values.isNumber(value)) {
            return Values.number(value);
        }
        try {
            return value instanceof String text ? (Object) Double.parseDouble(text.strip()) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
