package org.maliang.tokenizer.chat;

import java.util.List;
import org.maliang.tokenizer.TokenizerException;

/** The tokens of a template, read from front to back. */
final class Tokens {
    private final List<Token> tokens;
    private int at;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean isName(String name) {
        return peek().is(Token.Kind.NAME, name);
    }

    boolean isOperator(String operator) {
        return peek().is(Token.Kind.OPERATOR, operator);
    }

    boolean skipName(String name) {
        boolean there = isName(name);
        at += there ? 1 : 0;
        return there;
    }

    boolean skipOperator(String operator) {
        boolean there = isOperator(operator);
        at += there ? 1 : 0;
        return there;
    }

    void requireName(String name) {
        if (!skipName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    void requireOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    Token require(Token.Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        return next();
    }

    TokenizerException unexpected(String wanted) {
        return broken(peek() + " where " + wanted + " was expected");
    }

    TokenizerException broken(String what) {
        return new TokenizerException("chat template, line " + peek().line() + ": " + what);
    }
}
