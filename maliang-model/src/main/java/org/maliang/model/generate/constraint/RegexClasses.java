package org.maliang.model.generate.constraint;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** Sets of characters as regular expressions spell them: {@code [a-z]}, {@code \d}, {@code \p{Han}} …. */
final class RegexClasses {
    /** What a dot stands for: all but ends of lines, as in Java. */
    static final CharClass DOT = CharClass.of('\n', '\r', 0x85, 0x2028, 0x2029).not();

    private static final CharClass DIGIT = CharClass.range('0', '9');
    private static final CharClass WORD =
            DIGIT.or(CharClass.range('a', 'z')).or(CharClass.range('A', 'Z')).or(CharClass.of('_'));
    private static final CharClass SPACE = CharClass.of(' ', '\t', '\n', 0x0B, '\f', '\r');
    private static final Map<Integer, CharClass> SHORT = Map.of(
            (int) 'd',
            DIGIT,
            (int) 'D',
            DIGIT.not(),
            (int) 'w',
            WORD,
            (int) 'W',
            WORD.not(),
            (int) 's',
            SPACE,
            (int) 'S',
            SPACE.not());
    private static final Map<Integer, Integer> CONTROLS =
            Map.of((int) 't', (int) '\t', (int) 'n', (int) '\n', (int) 'r', (int) '\r', (int) 'f', (int) '\f');
    private static final String CATEGORIES = "LuLlLtLmLoMnMcMeNdNlNoPcPdPsPePiPfPoSmScSkSoZsZlZpCcCfCoCn";
    private static final byte[] TYPES = {
        Character.UPPERCASE_LETTER,
        Character.LOWERCASE_LETTER,
        Character.TITLECASE_LETTER,
        Character.MODIFIER_LETTER,
        Character.OTHER_LETTER,
        Character.NON_SPACING_MARK,
        Character.COMBINING_SPACING_MARK,
        Character.ENCLOSING_MARK,
        Character.DECIMAL_DIGIT_NUMBER,
        Character.LETTER_NUMBER,
        Character.OTHER_NUMBER,
        Character.CONNECTOR_PUNCTUATION,
        Character.DASH_PUNCTUATION,
        Character.START_PUNCTUATION,
        Character.END_PUNCTUATION,
        Character.INITIAL_QUOTE_PUNCTUATION,
        Character.FINAL_QUOTE_PUNCTUATION,
        Character.OTHER_PUNCTUATION,
        Character.MATH_SYMBOL,
        Character.CURRENCY_SYMBOL,
        Character.MODIFIER_SYMBOL,
        Character.OTHER_SYMBOL,
        Character.SPACE_SEPARATOR,
        Character.LINE_SEPARATOR,
        Character.PARAGRAPH_SEPARATOR,
        Character.CONTROL,
        Character.FORMAT,
        Character.PRIVATE_USE,
        Character.UNASSIGNED
    };
    private static final Map<String, CharClass> NAMED = new ConcurrentHashMap<>();

    private RegexClasses() {}

    /** What follows a backslash that was taken. */
    static CharClass escape(RegexSource source) {
        int point = source.take();
        if (SHORT.containsKey(point)) {
            return SHORT.get(point);
        }
        if (point == 'p' || point == 'P') {
            CharClass set = property(source);
            return point == 'p' ? set : set.not();
        }
        if (point == 'x' || point == 'u') {
            return CharClass.of(hexadecimal(source, point == 'x' ? 2 : 4));
        }
        if (CONTROLS.containsKey(point)) {
            return CharClass.of(CONTROLS.get(point));
        }
        if (Character.isLetterOrDigit(point)) {
            throw source.error(
                    "\\" + Character.toString(point) + " is not supported; there are \\d \\w \\s \\p{Han} \\t \\n"
                            + " \\x41 \\u9A6C and escaped punctuation, no word boundaries and back references");
        }
        return CharClass.of(point);
    }

    private static int hexadecimal(RegexSource source, int digits) {
        String text = "";
        if (source.takes("{")) {
            text = source.until('}');
        } else {
            for (int i = 0; i < digits; i++) {
                text += Character.toString(source.take());
            }
        }
        if (!text.matches("[0-9a-fA-F]{1,6}") || Integer.parseInt(text, 16) > Character.MAX_CODE_POINT) {
            throw source.error("'" + text + "' is no character in hexadecimal");
        }
        int point = Integer.parseInt(text, 16);
        if (!CharClass.ALL.contains(point)) {
            throw source.error("'" + text + "' is half a character; write the character itself");
        }
        return point;
    }

    private static CharClass property(RegexSource source) {
        String name = source.takes("{") ? source.until('}') : Character.toString(source.take());
        CharClass known = NAMED.get(name);
        if (known == null) {
            IntPredicate predicate = category(name)
                    .or(() -> script(name))
                    .orElseThrow(() -> source.error("\\p{" + name
                            + "} is neither a category (L, Lu, Nd, P …) nor a script (Han, Latin, Hiragana …)"));
            known = CharClass.where(predicate);
            NAMED.put(name, known);
        }
        return known;
    }

    private static Optional<IntPredicate> category(String name) {
        long types = 0;
        for (int i = 0; i < TYPES.length; i++) {
            if (!name.isEmpty() && CATEGORIES.substring(2 * i, 2 * i + 2).startsWith(name)) {
                types |= 1L << TYPES[i];
            }
        }
        long wanted = types;
        return wanted == 0 ? Optional.empty() : Optional.of(point -> (wanted & 1L << Character.getType(point)) != 0);
    }

    private static Optional<IntPredicate> script(String name) {
        try {
            Character.UnicodeScript script =
                    Character.UnicodeScript.forName(name.startsWith("Is") ? name.substring(2) : name);
            return Optional.of(point -> Character.UnicodeScript.of(point) == script);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What follows an opening bracket that was taken, with the closing one. */
    static CharClass bracket(RegexSource source) {
        boolean negated = source.takes("^");
        if (source.peek() == ']') {
            throw source.error("write \\] for the character ]");
        }
        CharClass set = CharClass.NONE;
        while (!source.takes("]")) {
            CharClass item = member(source);
            if (source.peek() == '-') {
                source.take();
                if (source.peek() == ']') {
                    item = item.or(CharClass.of('-'));
                } else {
                    item = CharClass.range(single(item, source), single(member(source), source));
                    if (item.isEmpty()) {
                        throw source.error("the range is empty or backwards");
                    }
                }
            }
            set = set.or(item);
        }
        return negated ? set.not() : set;
    }

    private static CharClass member(RegexSource source) {
        int point = source.take();
        if (point == '[' || (point == '&' && source.peek() == '&')) {
            throw source.error("sets inside sets are not supported; write \\[ and \\& for the characters");
        }
        return point == '\\' ? escape(source) : CharClass.of(point);
    }

    private static int single(CharClass item, RegexSource source) {
        if (item.ranges() != 1 || item.first(0) != item.last(0)) {
            throw source.error("a range goes from one character to another");
        }
        return item.first(0);
    }
}
