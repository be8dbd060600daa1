package org.maliang.tokenizer.chat;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maliang.tokenizer.TokenizerException;

/** The functions that every template can call. */
final class Functions {
    private static final int LONGEST_RANGE = 100_000;

    /** Python's {@code strftime} letters in Java's. */
    private static final Map<Character, String> DATES = Map.ofEntries(
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('d', "dd"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('j', "DDD"),
            Map.entry('m', "MM"),
            Map.entry('M', "mm"),
            Map.entry('p', "a"),
            Map.entry('S', "ss"),
            Map.entry('y', "yy"),
            Map.entry('Y', "yyyy"),
            Map.entry('z', "xx"),
            Map.entry('Z', "zzz"));

    private Functions() {}

    static Map<String, Object> all(Clock clock) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("range", (Callable) (scope, arguments) -> range(arguments));
        all.put("namespace", (Callable) (scope, arguments) -> namespace(arguments));
        all.put("dict", (Callable) (scope, arguments) -> new LinkedHashMap<Object, Object>(arguments.named()));
        all.put("raise_exception", (Callable) (scope, arguments) -> {
            throw new TokenizerException("chat template: " + Values.text(arguments.at(0, "message")));
        });
        all.put("strftime_now", (Callable)
                (scope, arguments) -> date(Values.text(arguments.at(0, "format")), ZonedDateTime.now(clock)));
        return all;
    }

    private static List<Object> range(Arguments arguments) {
        boolean one = arguments.positional().size() < 2;
        long start = one ? 0 : Values.integer(arguments.at(0, "start"));
        long stop = Values.integer(arguments.at(one ? 0 : 1, "stop"));
        long step = Values.integer(arguments.at(2, "step", 1L));
        if (step == 0) {
            throw new TokenizerException("chat template: a range with the step 0");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            if (numbers.size() == LONGEST_RANGE) {
                throw new TokenizerException("chat template: a range of more than " + LONGEST_RANGE + " numbers");
            }
            numbers.add(i);
        }
        return numbers;
    }

    private static Namespace namespace(Arguments arguments) {
        var namespace = new Namespace();
        for (Object given : arguments.positional()) {
            if (given instanceof Map<?, ?> map) {
                map.forEach((name, value) -> namespace.set(Values.text(name), value));
            }
        }
        arguments.named().forEach(namespace::set);
        return namespace;
    }

    private static String date(String format, ZonedDateTime now) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean bare = c == '%' && i + 2 < format.length() && format.charAt(i + 1) == '-';
            char letter = c == '%' && i + 1 < format.length() ? format.charAt(i + (bare ? 2 : 1)) : ' ';
            String pattern = DATES.get(letter);
            if (c != '%' || pattern == null) {
                out.append(c);
                i += c == '%' && letter == '%' ? 1 : 0;
                continue;
            }
            String text = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
            out.append(bare ? text.replaceFirst("^0+(?=.)", "") : text);
            i += bare ? 2 : 1;
        }
        return out.toString();
    }
}
