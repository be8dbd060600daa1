package org.maliang.model.generate.constraint;

import static org.maliang.model.generate.constraint.Expression.choice;
import static org.maliang.model.generate.constraint.Expression.optional;
import static org.maliang.model.generate.constraint.Expression.sequence;
import static org.maliang.model.generate.constraint.Expression.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.maliang.model.generate.constraint.Expression.Chars;
import org.maliang.model.generate.constraint.Expression.Choice;
import org.maliang.model.generate.constraint.Expression.Repeat;
import org.maliang.model.generate.constraint.Expression.Sequence;

/**
 * The parts of JSON (RFC 8259) as models are to write them: on one line, at most one blank behind a comma or colon, numbers
 * that fit 64 bits, no halves of surrogate pairs.
 */
final class JsonText {
    private static final String RULE = "JSON";
    private static final CharClass CONTROL = CharClass.range(0, 0x1F);
    private static final CharClass PLAIN = CONTROL.or(CharClass.of('"', '\\')).not();
    private static final CharClass HEX =
            CharClass.range('0', '9').or(CharClass.range('a', 'f')).or(CharClass.range('A', 'F'));
    private static final Expression QUOTE = text("\"");
    private static final Expression BLANK = optional(text(" "));
    private static final Expression COMMA = sequence(text(","), BLANK);
    private static final Expression COLON = sequence(text(":"), BLANK);
    private static final Expression DIGIT = new Chars(CharClass.range('0', '9'));

    /** One character of a string: {@code uXXXX} that is no half of a pair, a short escape, or itself. */
    static final Expression CHARACTER = choice(
            new Chars(PLAIN),
            sequence(text("\\"), new Chars(CharClass.of('"', '\\', '/', 'b', 'f', 'n', 'r', 't'))),
            sequence(
                    text("\\u"),
                    choice(
                            sequence(new Chars(HEX.and(CharClass.of('d', 'D').not())), hex(3)),
                            sequence(
                                    new Chars(CharClass.of('d', 'D')), new Chars(CharClass.range('0', '7')), hex(2)))));

    static final Expression STRING = string(new Repeat(CHARACTER, 0, Repeat.ENDLESS));
    static final Expression INTEGER = sequence(
            optional(text("-")),
            choice(text("0"), sequence(new Chars(CharClass.range('1', '9')), new Repeat(DIGIT, 0, 17))));
    static final Expression NUMBER = sequence(
            INTEGER,
            optional(sequence(text("."), new Repeat(DIGIT, 1, 17))),
            optional(sequence(
                    new Chars(CharClass.of('e', 'E')),
                    optional(new Chars(CharClass.of('+', '-'))),
                    new Repeat(DIGIT, 1, 2))));
    static final Expression BOOLEAN = choice(text("true"), text("false"));
    static final Expression NULL = text("null");

    /** Any value; needs {@link #RULES}. */
    static final Expression ANY = new Expression.Call(RULE);

    static final Expression ANY_ARRAY = array(ANY, 0, Repeat.ENDLESS);
    static final Expression ANY_OBJECT =
            sequence(text("{"), optional(separated(member(STRING, ANY), 1, Repeat.ENDLESS)), text("}"));
    static final Map<String, Expression> RULES =
            Map.of(RULE, choice(ANY_OBJECT, ANY_ARRAY, STRING, NUMBER, BOOLEAN, NULL));

    private JsonText() {}

    private static Expression hex(int digits) {
        return new Repeat(new Chars(HEX), digits, digits);
    }

    /** A string with such contents. */
    static Expression string(Expression contents) {
        return sequence(QUOTE, contents, QUOTE);
    }

    /** A key and its value. */
    static Expression member(Expression key, Expression value) {
        return sequence(key, COLON, value);
    }

    /** What follows a member before it: a comma and those parts. */
    static Expression afterComma(Expression... parts) {
        return sequence(COMMA, sequence(parts));
    }

    static Expression array(Expression item, int least, int most) {
        Expression items = most == 0 ? Expression.EMPTY : separated(item, Math.max(1, least), most);
        return sequence(text("["), least == 0 ? optional(items) : items, text("]"));
    }

    /** At least one item, commas between. */
    private static Expression separated(Expression item, int least, int most) {
        int more = most == Repeat.ENDLESS ? most : most - 1;
        return sequence(item, new Repeat(sequence(COMMA, item), least - 1, more));
    }

    /** A key, spelled without escapes, that is none of the names. */
    static Expression otherKey(List<String> names) {
        List<int[]> known = names.stream()
                .filter(name -> name.codePoints().allMatch(PLAIN::contains))
                .map(name -> name.codePoints().toArray())
                .toList();
        return sequence(QUOTE, otherKey(known, 0));
    }

    /** The rest of a key whose beginning all names share; the closing quotation mark included. */
    private static Expression otherKey(List<int[]> names, int length) {
        Map<Integer, List<int[]>> byNext = new TreeMap<>();
        boolean named = false;
        for (int[] name : names) {
            named |= name.length == length;
            if (name.length > length) {
                byNext.computeIfAbsent(name[length], next -> new ArrayList<>()).add(name);
            }
        }
        List<Expression> branches = new ArrayList<>();
        CharClass free = PLAIN.and(CharClass.of(
                        byNext.keySet().stream().mapToInt(Integer::intValue).toArray())
                .not());
        branches.add(sequence(new Chars(free), new Repeat(new Chars(PLAIN), 0, Repeat.ENDLESS), QUOTE));
        byNext.forEach(
                (next, longer) -> branches.add(sequence(new Chars(CharClass.of(next)), otherKey(longer, length + 1))));
        if (!named) {
            branches.add(QUOTE);
        }
        return new Choice(branches);
    }

    /** Contents of strings for what an expression says: characters that JSON cannot hold are escaped. */
    static Expression escaped(Expression contents) {
        if (contents instanceof Chars chars) {
            return escaped(chars.set());
        }
        if (contents instanceof Sequence sequence) {
            return new Sequence(sequence.parts().stream().map(JsonText::escaped).toList());
        }
        if (contents instanceof Choice choice) {
            return new Choice(choice.branches().stream().map(JsonText::escaped).toList());
        }
        if (contents instanceof Repeat repeat) {
            return new Repeat(escaped(repeat.item()), repeat.least(), repeat.most());
        }
        return contents;
    }

    private static Expression escaped(CharClass set) {
        List<Expression> branches = new ArrayList<>();
        branches.add(new Chars(set.and(PLAIN)));
        CharClass special = set.and(PLAIN.not());
        for (int range = 0; range < special.ranges(); range++) {
            for (int point = special.first(range); point <= special.last(range); point++) {
                branches.add(text(escape(point)));
            }
        }
        return branches.size() == 1 ? branches.get(0) : new Choice(branches);
    }

    private static String escape(int point) {
        return switch (point) {
            case '"', '\\' -> "\\" + (char) point;
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format("\\u%04x", point);
        };
    }
}
