package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads operators and what they join, from the loosest down to the tightest. */
final class ExpressionParser {
    private static final int DEEPEST = 60; // nested brackets
    private static final int LONGEST = 1000; // operators in one expression
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final Tokens tokens;
    private final OperandParser operands;
    private int depth;
    private int chained;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** One expression, or several with commas between, which make a list. */
    Expression list() {
        Expression first = expression();
        return tokens.isOperator(",") ? rest(first) : first;
    }

    /** The same without {@code a if b else c}, as loops have it. */
    Expression listWithoutCondition() {
        Expression first = nested(this::or);
        return tokens.isOperator(",") ? rest(first) : first;
    }

    private Expression rest(Expression first) {
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",") && operands.follows()) {
            items.add(expression());
        }
        return OperandParser.listOf(items);
    }

    Expression expression() {
        return nested(this::condition);
    }

    /** Reads what binds more tightly than an operator. */
    interface Level {
        Expression read();
    }

    Expression nested(Level level) {
        if (++depth > DEEPEST) {
            throw tokens.broken("expressions are nested more than " + DEEPEST + " deep");
        }
        chained = depth == 1 ? 0 : chained;
        Expression expression = level.read();
        depth--;
        return expression;
    }

    /** Counts what makes the evaluation go one call deeper. */
    void deeper() {
        if (++chained > LONGEST) {
            throw tokens.broken("an expression has more than " + LONGEST + " operators");
        }
    }

    private Expression condition() {
        Expression value = or();
        while (tokens.skipName("if")) {
            deeper();
            Expression then = value;
            Expression test = or();
            Expression otherwise = tokens.skipName("else")
                    ? expression()
                    : scope -> new Undefined("an `if` without `else` has no value where it is false");
            value = scope -> Values.isTrue(test.value(scope)) ? then.value(scope) : otherwise.value(scope);
        }
        return value;
    }

    private Expression or() {
        Expression value = and();
        while (tokens.skipName("or")) {
            deeper();
            Expression left = value;
            Expression right = and();
            value = scope -> {
                Object first = left.value(scope);
                return Values.isTrue(first) ? first : right.value(scope);
            };
        }
        return value;
    }

    private Expression and() {
        Expression value = not();
        while (tokens.skipName("and")) {
            deeper();
            Expression left = value;
            Expression right = not();
            value = scope -> {
                Object first = left.value(scope);
                return Values.isTrue(first) ? right.value(scope) : first;
            };
        }
        return value;
    }

    private Expression not() {
        int times = 0;
        while (tokens.skipName("not")) {
            times++;
        }
        Expression value = comparison();
        if (times == 0) {
            return value;
        }
        boolean negative = times % 2 == 1;
        return scope -> Values.isTrue(value.value(scope)) != negative;
    }

    /** {@code a < b < c} means both, as in Python. */
    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>(List.of(first));
        for (String operator = comparator(); !operator.isEmpty(); operator = comparator()) {
            deeper();
            operators.add(operator);
            operands.add(sum());
        }
        if (operators.isEmpty()) {
            return first;
        }
        return scope -> {
            scope.step();
            Object left = first.value(scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = operands.get(i + 1).value(scope);
                if (!Operators.compare(operators.get(i), left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private String comparator() {
        Token token = tokens.peek();
        if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return tokens.next().text();
        }
        if (tokens.skipName("in")) {
            return "in";
        }
        if (tokens.isName("not")) {
            tokens.next();
            tokens.requireName("in");
            return "not in";
        }
        return "";
    }

    private Expression sum() {
        return leftToRight(this::joined, Set.of("+", "-"));
    }

    private Expression joined() {
        Expression first = product();
        if (!tokens.isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return scope -> StringMethods.join("", OperandParser.values(parts, scope), scope);
    }

    private Expression product() {
        return leftToRight(this::power, Set.of("*", "/", "//", "%"));
    }

    private Expression power() {
        return leftToRight(operands::filtered, Set.of("**"));
    }

    private Expression leftToRight(Level tighter, Set<String> operators) {
        Expression value = tighter.read();
        while (tokens.peek().kind() == Token.Kind.OPERATOR
                && operators.contains(tokens.peek().text())) {
            deeper();
            String operator = tokens.next().text();
            Expression left = value;
            Expression right = tighter.read();
            value = scope -> {
                scope.step();
                return Operators.arithmetic(operator, left.value(scope), right.value(scope), scope);
            };
        }
        return value;
    }
}
