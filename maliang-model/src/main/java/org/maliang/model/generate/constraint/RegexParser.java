package org.maliang.model.generate.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions that describe a whole text: characters, {@code .}, sets, {@code \d \w \s \p{…}}, groups,
 * {@code |}, {@code * + ? {m} {m,} {m,n}}. A {@code ^} at the very beginning and a {@code $} at the very end say what is so
 * anyway. The meaning is that of {@code java.util.regex.Pattern}'s {@code matches}.
 */
final class RegexParser {
    private static final int DEEPEST = 200; // groups in groups
    private static final int MOST = 10_000; // repetitions

    private final RegexSource source;
    private int depth;

    private RegexParser(RegexSource source) {
        this.source = source;
    }

    /**
     * A regular expression as read.
     *
     * @param begins whether {@code ^} stood before it
     * @param ends whether {@code $} stood behind it
     */
    record Parsed(Expression expression, boolean begins, boolean ends) {}

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is wrong or has what an automaton cannot do
     */
    static Parsed parse(String expression) {
        var source = new RegexSource(expression);
        boolean begins = source.takes("^");
        Expression parsed = new RegexParser(source).alternatives();
        boolean ends = source.takes("$");
        if (source.peek() == ')') {
            throw source.error("')' closes no group; write \\) for the character");
        }
        if (source.peek() != RegexSource.END) {
            throw source.error("'$' may only stand at the end; write \\$ for the character");
        }
        return new Parsed(parsed, begins, ends);
    }

    private Expression alternatives() {
        List<Expression> branches = new ArrayList<>();
        do {
            branches.add(sequence());
        } while (source.takes("|"));
        return branches.size() == 1 ? branches.get(0) : new Expression.Choice(branches);
    }

    private Expression sequence() {
        List<Expression> parts = new ArrayList<>();
        while ("|)$".indexOf(source.peek()) < 0 && source.peek() != RegexSource.END) {
            parts.add(quantified(atom()));
        }
        return parts.size() == 1 ? parts.get(0) : new Expression.Sequence(parts);
    }

    private Expression atom() {
        int point = source.take();
        return switch (point) {
            case '(' -> group();
            case '[' -> new Expression.Chars(RegexClasses.bracket(source));
            case '.' -> new Expression.Chars(RegexClasses.DOT);
            case '\\' -> new Expression.Chars(RegexClasses.escape(source));
            case '*', '+', '?', '{' ->
                throw source.error(
                        "'" + (char) point + "' repeats nothing; write \\" + (char) point + " for the character");
            case ']', '}', '^' -> throw source.error("write \\" + (char) point + " for the character " + (char) point);
            default -> new Expression.Chars(CharClass.of(point));
        };
    }

    private Expression group() {
        if (source.takes("?") && !source.takes(":")) {
            throw source.error("groups begin with ( or (?: — there is no looking around, no names and no flags");
        }
        if (++depth > DEEPEST) {
            throw source.error("groups lie more than " + DEEPEST + " deep");
        }
        Expression inner = alternatives();
        if (!source.takes(")")) {
            throw source.error("a group is not closed by ')'");
        }
        depth--;
        return inner instanceof Expression.Choice ? Expression.sequence(inner) : inner;
    }

    private Expression quantified(Expression item) {
        Expression repeated = item;
        int point = source.peek();
        if (source.takes("*")) {
            repeated = new Expression.Repeat(item, 0, Expression.Repeat.ENDLESS);
        } else if (source.takes("+")) {
            repeated = new Expression.Repeat(item, 1, Expression.Repeat.ENDLESS);
        } else if (source.takes("?")) {
            repeated = Expression.optional(item);
        } else if (source.takes("{")) {
            repeated = counted(item);
        }
        if (repeated != item) {
            source.takes("?"); // as few as possible: the texts are the same
        }
        if (repeated != item && "?+*{".indexOf(source.peek()) >= 0) {
            throw source.error("two quantifiers in a row; take one away after '" + Character.toString(point)
                    + "', or put a group between");
        }
        return repeated;
    }

    private Expression counted(Expression item) {
        int least = source.number();
        int most = least;
        if (source.takes(",")) {
            most = source.peek() == '}' ? Expression.Repeat.ENDLESS : source.number();
        }
        if (!source.takes("}")) {
            throw source.error("a repetition ends with '}', as in {2} or {2,5}");
        }
        if (Math.max(least, most) > MOST) {
            throw source.error("nothing is repeated more than " + MOST + " times");
        }
        if (most != Expression.Repeat.ENDLESS && most < least) {
            throw source.error("{" + least + "," + most + "} ends before it begins");
        }
        return new Expression.Repeat(item, least, most);
    }
}
