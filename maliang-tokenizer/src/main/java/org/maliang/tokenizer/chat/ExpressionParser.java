package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.tokenizer.TokenizerException;

/** Reads expressions, from the loosest operator down to the tightest. */
final class ExpressionParser {
    private static final int DEEPEST = 60; // nested brackets
    private static final int LONGEST = 1000; // operators in one expression
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "if", "is", "in", "not");

    private final Tokens tokens;
    private int depth;
    private int chained;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
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
        while (tokens.skipOperator(",") && startsExpression()) {
            items.add(expression());
        }
        return listOf(items);
    }

    private boolean startsExpression() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME, STRING, INTEGER, FLOAT -> !token.text().equals("in");
            case OPERATOR -> "([{-+".contains(token.text());
            default -> false;
        };
    }

    Expression expression() {
        return nested(this::condition);
    }

    private interface Level {
        Expression read();
    }

    private Expression nested(Level level) {
        if (++depth > DEEPEST) {
            throw tokens.broken("expressions are nested more than " + DEEPEST + " deep");
        }
        chained = depth == 1 ? 0 : chained;
        Expression expression = level.read();
        depth--;
        return expression;
    }

    /** Counts what makes the evaluation go one call deeper. */
    private void deeper() {
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
        return scope -> StringMethods.join("", values(parts, scope), scope);
    }

    private Expression product() {
        return leftToRight(this::power, Set.of("*", "/", "//", "%"));
    }

    private Expression power() {
        return leftToRight(() -> unary(true), Set.of("**"));
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

    private Expression unary(boolean withFilters) {
        Expression value;
        if (tokens.isOperator("-") || tokens.isOperator("+")) {
            boolean negative = tokens.next().text().equals("-");
            Expression operand = nested(() -> unary(false));
            value = negative ? scope -> Operators.negative(operand.value(scope)) : operand;
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filtered(value) : value;
    }

    private Expression primary() {
        Token token = tokens.peek();
        switch (token.kind()) {
            case NAME -> {
                tokens.next();
                return named(token.text());
            }
            case STRING -> {
                var text = new StringBuilder();
                while (tokens.peek().kind() == Token.Kind.STRING) {
                    text.append(tokens.next().text());
                }
                return constant(text.toString());
            }
            case INTEGER, FLOAT -> {
                tokens.next();
                return constant(number(token));
            }
            case OPERATOR -> {
                if (tokens.skipOperator("(")) {
                    return parenthesis();
                }
                if (tokens.skipOperator("[")) {
                    return listOf(items("]"));
                }
                if (tokens.skipOperator("{")) {
                    return mapping();
                }
            }
            default -> {}
        }
        throw tokens.unexpected("a value");
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> constant(true);
            case "false", "False" -> constant(false);
            case "none", "None" -> constant(None.NONE);
            default -> scope -> scope.value(name);
        };
    }

    private Object number(Token token) {
        String digits = token.text().replace("_", "");
        try {
            return token.kind() == Token.Kind.INTEGER ? (Object) Long.valueOf(digits) : (Object) Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw tokens.broken("the number " + digits + " is too large");
        }
    }

    private static Expression constant(Object value) {
        return scope -> value;
    }

    private Expression parenthesis() {
        if (tokens.skipOperator(")")) {
            return constant(List.of());
        }
        Expression value = list();
        tokens.requireOperator(")");
        return value;
    }

    private List<Expression> items(String close) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator(close)) {
            items.add(expression());
            if (!tokens.isOperator(close)) {
                tokens.requireOperator(",");
            }
        }
        return items;
    }

    private static Expression listOf(List<Expression> items) {
        return scope -> values(items, scope);
    }

    private static List<Object> values(List<Expression> items, Scope scope) {
        List<Object> values = new ArrayList<>(items.size());
        for (Expression item : items) {
            values.add(item.value(scope));
        }
        return values;
    }

    private Expression mapping() {
        Map<Expression, Expression> entries = new LinkedHashMap<>();
        while (!tokens.skipOperator("}")) {
            Expression key = expression();
            tokens.requireOperator(":");
            entries.put(key, expression());
            if (!tokens.isOperator("}")) {
                tokens.requireOperator(",");
            }
        }
        return scope -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> map.put(key.value(scope), value.value(scope)));
            return map;
        };
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            Expression whole = value;
            if (tokens.skipOperator(".")) {
                deeper();
                Token name = tokens.next();
                if (name.kind() == Token.Kind.INTEGER) {
                    Object index = number(name);
                    value = scope -> Members.item(whole.value(scope), index);
                } else if (name.kind() == Token.Kind.NAME) {
                    value = scope -> Members.attribute(whole.value(scope), name.text());
                } else {
                    throw tokens.broken(name + " where a name was expected");
                }
            } else if (tokens.skipOperator("[")) {
                deeper();
                value = subscript(whole);
            } else if (tokens.isOperator("(")) {
                deeper();
                value = call(whole);
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression whole) {
        Expression[] bounds = {constant(None.NONE), constant(None.NONE), constant(None.NONE)};
        int place = 0;
        while (!tokens.isOperator("]")) {
            if (tokens.skipOperator(":")) {
                if (++place > 2) {
                    throw tokens.broken("a slice has at most three parts");
                }
            } else {
                bounds[place] = expression();
            }
        }
        tokens.requireOperator("]");
        return place == 0
                ? scope -> Members.item(whole.value(scope), bounds[0].value(scope))
                : scope -> Members.slice(
                        whole.value(scope), bounds[0].value(scope), bounds[1].value(scope), bounds[2].value(scope));
    }

    private Expression call(Expression function) {
        ArgumentList list = arguments();
        return scope -> {
            scope.step();
            Object callee = function.value(scope);
            if (callee instanceof Callable callable) {
                return callable.call(scope, list.values(scope));
            }
            throw new TokenizerException("chat template: " + Values.type(callee) + " cannot be called");
        };
    }

    /** Expressions for the arguments of a call. */
    private record ArgumentList(List<Expression> positional, Map<String, Expression> named) {
        Arguments values(Scope scope) {
            if (positional.isEmpty() && named.isEmpty()) {
                return Arguments.NONE;
            }
            Map<String, Object> values = new LinkedHashMap<>();
            named.forEach((name, value) -> values.put(name, value.value(scope)));
            return new Arguments(ExpressionParser.values(positional, scope), values);
        }
    }

    private ArgumentList arguments() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        tokens.requireOperator("(");
        while (!tokens.skipOperator(")")) {
            if (tokens.isOperator("*") || tokens.isOperator("**")) {
                throw tokens.broken("arguments with * are not supported");
            }
            Token first = tokens.peek();
            Expression value = expression();
            if (first.kind() == Token.Kind.NAME && tokens.skipOperator("=")) {
                named.put(first.text(), expression());
            } else {
                positional.add(value);
            }
            if (!tokens.isOperator(")")) {
                tokens.requireOperator(",");
            }
        }
        return new ArgumentList(positional, named);
    }

    /** Filters, tests and calls after a value. */
    private Expression filtered(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.isOperator("|")) {
                value = filter(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.isOperator("(")) {
                deeper();
                value = call(value);
            } else {
                return value;
            }
        }
    }

    private Expression filter(Expression value) {
        deeper();
        tokens.requireOperator("|");
        Filters.Filter filter = Filters.of(
                tokens.require(Token.Kind.NAME, "the name of a filter").text());
        ArgumentList list = tokens.isOperator("(") ? arguments() : new ArgumentList(List.of(), Map.of());
        return scope -> {
            scope.step();
            return filter.apply(value.value(scope), list.values(scope), scope);
        };
    }

    private Expression test(Expression value) {
        deeper();
        boolean negative = tokens.skipName("not");
        Tests.Test test =
                Tests.of(tokens.require(Token.Kind.NAME, "the name of a test").text());
        ArgumentList list = new ArgumentList(List.of(), Map.of());
        if (tokens.isOperator("(")) {
            list = arguments();
        } else if (startsExpression()
                && !tokens.isOperator("-")
                && !tokens.isOperator("+")
                && !NO_ARGUMENT.contains(tokens.peek().text())) {
            list = new ArgumentList(List.of(postfix(primary())), Map.of());
        }
        ArgumentList given = list;
        return scope -> test.passes(value.value(scope), given.values(scope)) != negative;
    }
}
