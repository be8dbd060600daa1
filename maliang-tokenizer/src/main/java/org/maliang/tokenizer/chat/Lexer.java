package org.maliang.tokenizer.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.tokenizer.TokenizerException;

/**
 * Cuts a template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} on as transformers has them: the newline
 * after a block goes, and so do blanks between the beginning of a line and a block.
 */
final class Lexer {
    private static final Pattern RAW =
            Pattern.compile("\\{%([-+]?)\\s*raw\\s*(-?)%\\}(.*?)\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile(
            "(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)|(?<float>\\d[\\d_]*(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+))"
                    + "|(?<integer>\\d[\\d_]*)"
                    + "|(?<operator>\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=.,:|()\\[\\]{}])",
            Pattern.DOTALL);

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1; // of the character at `counted`
    private int counted;
    private boolean lineStarts = true; // whether what was read last ended a line

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        var lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.read();
        return lexer.tokens;
    }

    private void read() {
        while (at < source.length()) {
            int begin = nextBegin();
            if (begin < 0) {
                data(source.substring(at));
                at = source.length();
                break;
            }
            char kind = source.charAt(begin + 1);
            char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
            text(begin, kind, sign);
            at = begin;
            switch (kind) {
                case '#' -> comment();
                case '{' -> code(Token.Kind.PRINT_BEGIN, Token.Kind.PRINT_END, "}}");
                default -> {
                    Matcher raw = RAW.matcher(source).region(at, source.length());
                    if (raw.lookingAt()) {
                        raw(raw);
                    } else {
                        code(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
                    }
                }
            }
        }
        tokens.add(new Token(Token.Kind.END, "", line()));
    }

    private int nextBegin() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** The text before a tag, without the white space that the tag takes away. */
    private void text(int end, char kind, char sign) {
        String text = source.substring(at, end);
        if (sign == '-') {
            text = text.stripTrailing();
        } else if (sign != '+' && kind != '{') {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || lineStarts) && isBlank(text, line)) {
                text = text.substring(0, line);
            }
        }
        data(text);
    }

    private static boolean isBlank(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) != ' ' && text.charAt(i) != '\t') {
                return false;
            }
        }
        return true;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(Token.Kind.DATA, text, line()));
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at + 2);
        if (end < 0) {
            throw broken("a comment has no end");
        }
        char sign = end > at + 2 ? source.charAt(end - 1) : ' ';
        at = end + 2;
        afterTag(sign, true);
    }

    private void raw(Matcher raw) {
        String text = raw.group(3);
        text = raw.group(2).equals("-") ? text.stripLeading() : text;
        if (raw.group(2).isEmpty() && text.startsWith("\n")) {
            text = text.substring(1);
        }
        if (raw.group(4).equals("-")) {
            text = text.stripTrailing();
        } else if (!raw.group(4).equals("+")) {
            int line = text.lastIndexOf('\n') + 1;
            text = line > 0 && isBlank(text, line) ? text.substring(0, line) : text;
        }
        data(text);
        at = raw.end();
        afterTag(raw.group(5).isEmpty() ? ' ' : raw.group(5).charAt(0), true);
    }

    /** White space after a tag: all of it, or the newline after a block. */
    private void afterTag(char sign, boolean trims) {
        int before = at;
        if (sign == '-') {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
        } else if (sign != '+' && trims && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        lineStarts = at > before && source.charAt(at - 1) == '\n';
    }

    private void code(Token.Kind begin, Token.Kind end, String close) {
        tokens.add(new Token(begin, source.substring(at, at + 2), line()));
        at += 2;
        if (at < source.length() && "-+".indexOf(source.charAt(at)) >= 0) {
            at++;
        }
        Deque<Character> open = new ArrayDeque<>();
        Matcher word = WORD.matcher(source);
        while (true) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
            if (at == source.length()) {
                throw broken(
                        "'" + tokens.get(tokens.size() - 1).text() + "' is followed by nothing, not even " + close);
            }
            int sign = "-+".indexOf(source.charAt(at)) >= 0 ? 1 : 0;
            if (open.isEmpty() && source.startsWith(close, at + sign)) {
                tokens.add(new Token(end, close, line()));
                char last = source.charAt(at);
                at += sign + 2;
                afterTag(sign == 1 ? last : ' ', end == Token.Kind.BLOCK_END);
                return;
            }
            if ("'\"".indexOf(source.charAt(at)) >= 0) {
                string();
                continue;
            }
            if (!word.region(at, source.length()).lookingAt()) {
                throw broken("'" + source.charAt(at) + "' was not expected");
            }
            add(word, open);
            at = word.end();
        }
    }

    private void string() {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != source.charAt(at)) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw broken("a string has no end");
        }
        tokens.add(new Token(Token.Kind.STRING, unescaped(source.substring(at + 1, end)), line()));
        at = end + 1;
    }

    private void add(Matcher word, Deque<Character> open) {
        for (Token.Kind kind : List.of(Token.Kind.NAME, Token.Kind.FLOAT, Token.Kind.INTEGER, Token.Kind.OPERATOR)) {
            String text = word.group(kind.name().toLowerCase(Locale.ROOT));
            if (text == null) {
                continue;
            }
            if (kind == Token.Kind.OPERATOR) {
                char c = text.charAt(0);
                if ("([{".indexOf(c) >= 0) {
                    open.push(c);
                } else if (")]}".indexOf(c) >= 0 && (open.isEmpty() || "([{".indexOf(open.pop()) != ")]}".indexOf(c))) {
                    throw broken("'" + c + "' closes nothing");
                }
            }
            tokens.add(new Token(kind, text, line()));
            return;
        }
    }

    /** Python's escapes; what is none of them stays. */
    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            int simple = "ntrbfav\\'\"\n".indexOf(next);
            int digits = next == 'x' ? 2 : next == 'u' ? 4 : next == 'U' ? 8 : 0;
            if (simple >= 0) {
                out.append(simple == 10 ? "" : String.valueOf("\n\t\r\b\f\u0007\u000b\\'\"".charAt(simple)));
            } else if (digits > 0 && i + digits < text.length()) {
                out.appendCodePoint(codePoint(text.substring(i + 1, i + 1 + digits)));
                i += digits;
            } else {
                out.append('\\').append(next);
            }
        }
        return out.toString();
    }

    private static int codePoint(String hex) {
        try {
            int value = Integer.parseInt(hex, 16);
            if (Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new TokenizerException("chat template: \\u" + hex + " is no character");
    }

    private int line() {
        for (; counted < at; counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }

    private TokenizerException broken(String what) {
        return new TokenizerException("chat template, line " + line() + ": " + what);
    }
}
