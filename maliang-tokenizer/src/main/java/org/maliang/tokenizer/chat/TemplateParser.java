package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maliang.tokenizer.TokenizerException;
import org.maliang.tokenizer.chat.Statement.Flow;

/** Reads the text and the blocks of a template. */
final class TemplateParser {
    private static final int DEEPEST = 60; // nested blocks

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int depth;

    TemplateParser(String template) {
        this.tokens = new Tokens(Lexer.tokens(template));
        this.expressions = new ExpressionParser(tokens);
    }

    /** The whole template. */
    Statement template() {
        Statement body = body(Set.of());
        if (tokens.peek().kind() != Token.Kind.END) {
            throw tokens.unexpected("the end");
        }
        return body;
    }

    /** Statements up to a block that begins with one of these names, which stays to be read. */
    private Statement body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw tokens.broken("blocks are nested more than " + DEEPEST + " deep");
        }
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            if (token.kind() == Token.Kind.DATA) {
                tokens.next();
                statements.add(text(token.text()));
            } else if (token.kind() == Token.Kind.PRINT_BEGIN) {
                tokens.next();
                Expression value = expressions.list();
                tokens.require(Token.Kind.PRINT_END, "}}");
                statements.add(inLine(token.line(), print(value)));
            } else if (token.kind() == Token.Kind.BLOCK_BEGIN) {
                tokens.next();
                String name = tokens.peek().text();
                if (ends.contains(name)) {
                    depth--;
                    return sequence(statements);
                }
                statements.add(inLine(token.line(), block()));
            } else if (ends.isEmpty()) {
                depth--;
                return sequence(statements);
            } else {
                throw tokens.unexpected("{% " + String.join(" %} or {% ", ends) + " %}");
            }
        }
    }

    private static Statement text(String text) {
        return (scope, out) -> {
            scope.wrote(text.length());
            out.append(text);
            return Flow.NEXT;
        };
    }

    private static Statement print(Expression expression) {
        return (scope, out) -> {
            scope.step();
            String text = Values.text(expression.value(scope));
            scope.wrote(text.length());
            out.append(text);
            return Flow.NEXT;
        };
    }

    private static Statement sequence(List<Statement> statements) {
        return (scope, out) -> {
            for (Statement statement : statements) {
                Flow flow = statement.render(scope, out);
                if (flow != Flow.NEXT) {
                    return flow;
                }
            }
            return Flow.NEXT;
        };
    }

    /** Errors say in which line of the template they came up. */
    private static Statement inLine(int line, Statement statement) {
        String bare = "chat template: ";
        return (scope, out) -> {
            try {
                return statement.render(scope, out);
            } catch (TokenizerException e) {
                String message = e.getMessage() == null ? "" : e.getMessage();
                throw message.startsWith(bare)
                        ? new TokenizerException(
                                "chat template, line " + line + ": " + message.substring(bare.length()), e)
                        : e;
            }
        };
    }

    private Statement block() {
        Token name = tokens.require(Token.Kind.NAME, "the name of a block");
        return switch (name.text()) {
            case "if" -> condition();
            case "for" -> loop();
            case "set" -> assignment();
            case "macro" -> macro();
            case "generation" -> {
                end();
                Statement body = body(Set.of("endgeneration"));
                close("endgeneration");
                yield body;
            }
            case "break" -> {
                end();
                yield (scope, out) -> Flow.BREAK;
            }
            case "continue" -> {
                end();
                yield (scope, out) -> Flow.CONTINUE;
            }
            default -> throw tokens.broken("the block '" + name.text() + "' is not supported");
        };
    }

    private void end() {
        tokens.require(Token.Kind.BLOCK_END, "%}");
    }

    private void close(String name) {
        tokens.requireName(name);
        end();
    }

    private Statement condition() {
        Map<Expression, Statement> branches = new LinkedHashMap<>();
        Statement otherwise = (scope, out) -> Flow.NEXT;
        Expression test = expressions.list();
        end();
        while (true) {
            branches.put(test, body(Set.of("elif", "else", "endif")));
            if (tokens.skipName("elif")) {
                test = expressions.list();
                end();
                continue;
            }
            if (tokens.skipName("else")) {
                end();
                otherwise = body(Set.of("endif"));
            }
            close("endif");
            break;
        }
        Statement last = otherwise;
        return (scope, out) -> {
            scope.step();
            for (Map.Entry<Expression, Statement> branch : branches.entrySet()) {
                if (Values.isTrue(branch.getKey().value(scope))) {
                    return branch.getValue().render(scope, out);
                }
            }
            return last.render(scope, out);
        };
    }

    private Statement loop() {
        List<String> names = names();
        tokens.requireName("in");
        Expression source = expressions.listWithoutCondition();
        Expression filter = tokens.skipName("if") ? expressions.expression() : scope -> true;
        if (tokens.isName("recursive")) {
            throw tokens.broken("recursive loops are not supported");
        }
        end();
        Statement body = body(Set.of("else", "endfor"));
        Statement otherwise = (scope, out) -> Flow.NEXT;
        if (tokens.skipName("else")) {
            end();
            otherwise = body(Set.of("endfor"));
        }
        close("endfor");
        Statement nothing = otherwise;
        return (scope, out) -> {
            List<Object> items = chosen(Values.items(source.value(scope)), names, filter, scope);
            var loop = new Loop(items, 0);
            for (int i = 0; i < items.size(); i++) {
                scope.step();
                Scope inner = scope.inner();
                bind(names, items.get(i), inner);
                inner.set("loop", loop.at(i));
                if (body.render(inner, out) == Flow.BREAK) {
                    return Flow.NEXT;
                }
            }
            return items.isEmpty() ? nothing.render(scope, out) : Flow.NEXT;
        };
    }

    private static List<Object> chosen(List<Object> items, List<String> names, Expression filter, Scope scope) {
        List<Object> chosen = new ArrayList<>();
        for (Object item : items) {
            scope.step();
            Scope inner = scope.inner();
            bind(names, item, inner);
            if (Values.isTrue(filter.value(inner))) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private List<String> names() {
        boolean bracket = tokens.skipOperator("(");
        List<String> names = new ArrayList<>();
        do {
            names.add(tokens.require(Token.Kind.NAME, "a name").text());
        } while (tokens.skipOperator(","));
        if (bracket) {
            tokens.requireOperator(")");
        }
        return names;
    }

    private static void bind(List<String> names, Object value, Scope scope) {
        if (names.size() == 1) {
            scope.set(names.get(0), value);
            return;
        }
        List<Object> parts = Values.items(value);
        if (parts.size() != names.size()) {
            throw new TokenizerException("chat template: " + parts.size() + " values for the " + names.size()
                    + " names " + String.join(", ", names));
        }
        for (int i = 0; i < names.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }

    private Statement assignment() {
        List<String> names = names();
        String part = tokens.skipOperator(".")
                ? tokens.require(Token.Kind.NAME, "a name").text()
                : "";
        Expression value;
        if (tokens.skipOperator("=")) {
            value = expressions.list();
            end();
        } else {
            end();
            Statement body = body(Set.of("endset"));
            close("endset");
            value = scope -> {
                var text = new StringBuilder();
                body.render(scope.inner(), text);
                return text.toString();
            };
        }
        return (scope, out) -> {
            scope.step();
            Object result = value.value(scope);
            if (part.isEmpty()) {
                bind(names, result, scope);
            } else if (scope.value(names.get(0)) instanceof Namespace namespace) {
                namespace.set(part, result);
            } else {
                throw new TokenizerException(
                        "chat template: '" + names.get(0) + "' is no namespace, so that '" + part + "' cannot be set");
            }
            return Flow.NEXT;
        };
    }

    private Statement macro() {
        String name = tokens.require(Token.Kind.NAME, "the name of a macro").text();
        Map<String, Expression> parameters = new LinkedHashMap<>();
        tokens.requireOperator("(");
        while (!tokens.skipOperator(")")) {
            String parameter = tokens.require(Token.Kind.NAME, "a name").text();
            parameters.put(
                    parameter,
                    tokens.skipOperator("=")
                            ? expressions.expression()
                            : scope -> new Undefined("parameter '" + parameter + "' was not provided"));
            if (!tokens.isOperator(")")) {
                tokens.requireOperator(",");
            }
        }
        end();
        Statement body = body(Set.of("endmacro"));
        close("endmacro");
        return (scope, out) -> {
            scope.set(name, (Callable) (caller, arguments) -> called(scope, caller, parameters, arguments, body));
            return Flow.NEXT;
        };
    }

    private static String called(
            Scope defined, Scope caller, Map<String, Expression> parameters, Arguments arguments, Statement body) {
        Scope inner = defined.called(caller);
        int index = 0;
        for (Map.Entry<String, Expression> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            inner.set(
                    name,
                    arguments.has(index, name)
                            ? arguments.at(index, name)
                            : parameter.getValue().value(inner));
            index++;
        }
        if (arguments.positional().size() > parameters.size()) {
            throw new TokenizerException(
                    "chat template: a macro takes no more than " + parameters.size() + " arguments");
        }
        var text = new StringBuilder();
        body.render(inner, text);
        return text.toString();
    }
}
