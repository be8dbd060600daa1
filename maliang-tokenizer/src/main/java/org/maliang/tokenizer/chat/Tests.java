package org.maliang.tokenizer.chat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maliang.tokenizer.TokenizerException;

/** The tests that may follow {@code is}. */
final class Tests {
    /** One test. */
    interface Test {
        boolean passes(Object value, Arguments arguments);
    }

    private static final Map<String, Test> ALL = Map.ofEntries(
            Map.entry("defined", (value, arguments) -> !(value instanceof Undefined)),
            Map.entry("undefined", (value, arguments) -> value instanceof Undefined),
            Map.entry("none", (value, arguments) -> value instanceof None),
            Map.entry("string", (value, arguments) -> value instanceof String),
            Map.entry("number", (value, arguments) -> Values.isNumber(value)),
            Map.entry("integer", (value, arguments) -> value instanceof Long),
            Map.entry("float", (value, arguments) -> value instanceof Double),
            Map.entry("boolean", (value, arguments) -> value instanceof Boolean),
            Map.entry("true", (value, arguments) -> Boolean.TRUE.equals(value)),
            Map.entry("false", (value, arguments) -> Boolean.FALSE.equals(value)),
            Map.entry("mapping", (value, arguments) -> value instanceof Map),
            Map.entry("iterable", (value, arguments) -> isSequence(value) || value instanceof Undefined),
            Map.entry("sequence", (value, arguments) -> isSequence(value) || value instanceof Undefined),
            Map.entry("callable", (value, arguments) -> value instanceof Callable),
            Map.entry("odd", (value, arguments) -> Math.floorMod(Values.integer(value), 2L) == 1),
            Map.entry("even", (value, arguments) -> Math.floorMod(Values.integer(value), 2L) == 0),
            Map.entry("divisibleby", Tests::isDivisible),
            Map.entry("upper", (value, arguments) -> Values.text(value).equals(upper(value))),
            Map.entry("lower", (value, arguments) -> Values.text(value).equals(lower(value))),
            Map.entry("in", (value, arguments) -> Values.contains(other(arguments), value)),
            Map.entry("sameas", (value, arguments) -> value.equals(other(arguments))),
            Map.entry("equalto", (value, arguments) -> Values.equal(value, other(arguments))),
            Map.entry("eq", (value, arguments) -> Values.equal(value, other(arguments))),
            Map.entry("==", (value, arguments) -> Values.equal(value, other(arguments))),
            Map.entry("ne", (value, arguments) -> !Values.equal(value, other(arguments))),
            Map.entry("!=", (value, arguments) -> !Values.equal(value, other(arguments))),
            Map.entry("lt", (value, arguments) -> Values.compare(value, other(arguments)) < 0),
            Map.entry("lessthan", (value, arguments) -> Values.compare(value, other(arguments)) < 0),
            Map.entry("le", (value, arguments) -> Values.compare(value, other(arguments)) <= 0),
            Map.entry("gt", (value, arguments) -> Values.compare(value, other(arguments)) > 0),
            Map.entry("greaterthan", (value, arguments) -> Values.compare(value, other(arguments)) > 0),
            Map.entry("ge", (value, arguments) -> Values.compare(value, other(arguments)) >= 0));

    private Tests() {}

    static Test of(String name) {
        Test test = ALL.get(name);
        if (test == null) {
            throw new TokenizerException("chat template: the test '" + name + "' is not supported");
        }
        return test;
    }

    private static Object other(Arguments arguments) {
        return arguments.at(0, "other");
    }

    private static boolean isDivisible(Object value, Arguments arguments) {
        long by = Values.integer(other(arguments));
        return by != 0 && Values.integer(value) % by == 0;
    }

    private static boolean isSequence(Object value) {
        return value instanceof String || value instanceof List || value instanceof Map;
    }

    private static String upper(Object value) {
        return Values.text(value).toUpperCase(Locale.ROOT);
    }

    private static String lower(Object value) {
        return Values.text(value).toLowerCase(Locale.ROOT);
    }
}
