package org.maliang.model.generate.constraint;

/** The characters of a regular expression and how far they are read. */
final class RegexSource {
    /** What stands behind the last character. */
    static final int END = -1;

    private final String expression;
    private int at; // in chars

    RegexSource(String expression) {
        this.expression = expression;
    }

    /** The next character, which stays. */
    int peek() {
        return at < expression.length() ? expression.codePointAt(at) : END;
    }

    /** Takes the next character. */
    int take() {
        int point = peek();
        if (point == END) {
            throw error("it breaks off");
        }
        at += Character.charCount(point);
        return point;
    }

    /** Takes the text if it comes next. */
    boolean takes(String text) {
        boolean comes = expression.startsWith(text, at);
        at += comes ? text.length() : 0;
        return comes;
    }

    /** Takes what comes before {@code end}, and the end. */
    String until(char end) {
        int stop = expression.indexOf(end, at);
        if (stop < 0) {
            throw error("'" + end + "' is missing");
        }
        String text = expression.substring(at, stop);
        at = stop + 1;
        return text;
    }

    /** A number of at most six digits. */
    int number() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (start == at || at - start > 6) {
            throw error("a number of one to six digits belongs here");
        }
        return Integer.parseInt(expression.substring(start, at));
    }

    IllegalArgumentException error(String why) {
        return new IllegalArgumentException(
                "regex: '" + expression + "' cannot be used: " + why + " (at character " + (at + 1) + ")");
    }
}
