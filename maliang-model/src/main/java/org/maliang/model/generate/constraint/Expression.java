package org.maliang.model.generate.constraint;

import java.util.Arrays;
import java.util.List;

/** What a text may be, put together from sets of characters. Parts may be shared. */
sealed interface Expression {

    /** Nothing at all. */
    Expression EMPTY = new Sequence(List.of());

    /** One character of a set. */
    record Chars(CharClass set) implements Expression {}

    /** One part after the other. */
    record Sequence(List<Expression> parts) implements Expression {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** One of the branches. */
    record Choice(List<Expression> branches) implements Expression {
        public Choice {
            branches = List.copyOf(branches);
        }
    }

    /**
     * The item again and again.
     *
     * @param most {@link #ENDLESS} for any number
     */
    record Repeat(Expression item, int least, int most) implements Expression {
        static final int ENDLESS = -1;
    }

    /** A rule of the grammar, which may call itself. */
    record Call(String rule) implements Expression {}

    static Expression text(String text) {
        return new Sequence(text.codePoints()
                .mapToObj(point -> (Expression) new Chars(CharClass.of(point)))
                .toList());
    }

    static Expression sequence(Expression... parts) {
        return new Sequence(Arrays.asList(parts));
    }

    static Expression choice(Expression... branches) {
        return new Choice(Arrays.asList(branches));
    }

    static Expression optional(Expression item) {
        return new Repeat(item, 0, 1);
    }
}
