package org.maliang.model.generate.constraint;

import java.util.List;

/** The members of an object, put together from the last to the first. */
final class JsonMembers {
    private Expression later; // what may follow a member
    private Expression first; // what may follow the brace

    /** @param others a member that may come any number of times behind the named ones; empty if none may */
    JsonMembers(List<Expression> others) {
        later = Expression.EMPTY;
        first = Expression.EMPTY;
        for (Expression other : others) {
            later = new Expression.Repeat(JsonText.afterComma(other), 0, Expression.Repeat.ENDLESS);
            first = Expression.optional(Expression.sequence(other, later));
        }
    }

    /** Puts a member before those there are. */
    void prepend(Expression member, boolean required) {
        Expression begun = Expression.sequence(member, later);
        Expression continued = JsonText.afterComma(member, later);
        first = required ? begun : Expression.choice(begun, first);
        later = required ? continued : Expression.choice(continued, later);
    }

    Expression object() {
        return Expression.sequence(Expression.text("{"), first, Expression.text("}"));
    }
}
