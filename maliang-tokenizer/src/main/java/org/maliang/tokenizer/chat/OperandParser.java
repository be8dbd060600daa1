package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.tokenizer.TokenizerException;

/** Reads values: names, constants, lists and mappings, with the members, calls, filters and tests behind them. */
final class OperandParser {
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "if", "is", "in", "not");

    private final Tokens tokens;
    private final ExpressionParser expressions; // of what is in brackets

    OperandParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** Whether a value comes next. */
    boolean follows() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME, STRING, INTEGER, FLOAT -> !token.text().equals("in");
            case OPERATOR -> "([{-+".contains(token.text());
            default -> false;
        };
    }

    /** A value with a sign, and what is done to it: members, calls, filters, tests. */
    Expression filtered() {
        return filtered(signed());
    }

    private Expression signed() {
        Expression value;
        if (tokens.isOperator("-") || tokens.isOperator("+")) {
            boolean negative = tokens.next().text().equals("-");
            Expression operand = expressions.nested(this::signed);
            value = negative ? scope -> Operators.negative(operand.value(scope)) : operand;
        } else {
            value = primary();
        }
        return postfix(value);
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
        Expression value = expressions.list();
        tokens.requireOperator(")");
        return value;
    }

    private List<Expression> items(String close) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator(close)) {
            items.add(expressions.expression());
            if (!tokens.isOperator(close)) {
                tokens.requireOperator(",");
            }
        }
        return items;
    }

    static Expression listOf(List<Expression> items) {
        return scope -> values(items, scope);
    }

    static List<Object> values(List<Expression> items, Scope scope) {
        List<Object> values = new ArrayList<>(items.size());
        for (Expression item : items) {
            values.add(item.value(scope));
        }
        return values;
    }

    private Expression mapping() {
        Map<Expression, Expression> entries = new LinkedHashMap<>();
        while (!tokens.skipOperator("}")) {
            Expression key = expressions.expression();
            tokens.requireOperator(":");
            entries.put(key, expressions.expression());
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
                expressions.deeper();
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
                expressions.deeper();
                value = subscript(whole);
            } else if (tokens.isOperator("(")) {
                expressions.deeper();
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
                bounds[place] = expressions.expression();
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
            return new Arguments(OperandParser.values(positional, scope), values);
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
            Expression value = expressions.expression();
            if (first.kind() == Token.Kind.NAME && tokens.skipOperator("=")) {
                named.put(first.text(), expressions.expression());
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
                expressions.deeper();
                value = call(value);
            } else {
                return value;
            }
        }
    }

    private Expression filter(Expression value) {
        expressions.deeper();
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
        expressions.deeper();
        boolean negative = tokens.skipName("not");
        Tests.Test test =
                Tests.of(tokens.require(Token.Kind.NAME, "the name of a test").text());
        ArgumentList list = new ArgumentList(List.of(), Map.of());
        if (tokens.isOperator("(")) {
            list = arguments();
        } else if (follows()
                && !tokens.isOperator("-")
                && !tokens.isOperator("+")
                && !NO_ARGUMENT.contains(tokens.peek().text())) {
            list = new ArgumentList(List.of(postfix(primary())), Map.of());
        }
        ArgumentList given = list;
        return scope -> test.passes(value.value(scope), given.values(scope)) != negative;
    }
}
