package org.maliang.model.form;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The visible shape of a verse: the length of every clause, the punctuation behind it and the line breaks. Written as
 * text, {@code 7，7。/7，7。} is a quatrain of seven characters a clause; {@code /} is a line break.
 */
public record Layout(List<Clause> clauses) {
    /** Punctuation that ends a clause. */
    public static final String PUNCTUATION = "，。？！；：、";

    /**
     * One clause.
     *
     * @param length number of characters (Unicode code points)
     * @param stop the punctuation after it, empty if none
     * @param breaks whether a line break follows
     */
    public record Clause(int length, String stop, boolean breaks) {
        @Override
        public String toString() {
            return length + stop + (breaks ? "/" : "");
        }
    }

    /** Makes an unchangeable copy. */
    public Layout {
        clauses = List.copyOf(clauses);
    }

    /** Even clauses of one length, two to a line: {@code n，n。/n，n。}. */
    public static Layout regular(int length, int clauses) {
        List<Clause> list = new ArrayList<>();
        for (int i = 0; i < clauses; i++) {
            boolean closes = i % 2 == 1 || i == clauses - 1;
            list.add(new Clause(length, closes ? "。" : "，", closes && i < clauses - 1));
        }
        return new Layout(list);
    }

    /**
     * The layout of a verse.
     *
     * @return empty if the text holds anything but ideographs, clause punctuation and line breaks, or an empty clause
     */
    public static Optional<Layout> of(String body) {
        List<Clause> list = new ArrayList<>();
        int length = 0;
        int[] points = body.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (isIdeograph(points[i])) {
                length++;
                continue;
            }
            boolean stop = PUNCTUATION.indexOf(points[i]) >= 0;
            boolean breaks = stop ? i + 1 < points.length && points[i + 1] == '\n' : points[i] == '\n';
            if (length == 0 || !(stop || breaks)) {
                return Optional.empty();
            }
            list.add(new Clause(length, stop ? Character.toString(points[i]) : "", breaks));
            length = 0;
            i += stop && breaks ? 1 : 0;
        }
        if (length > 0) {
            list.add(new Clause(length, "", false));
        }
        return list.isEmpty() ? Optional.empty() : Optional.of(new Layout(list));
    }

    /**
     * Reads the text form of {@link #toString()}.
     *
     * @throws IllegalArgumentException if the text is no layout
     */
    public static Layout parse(String text) {
        List<Clause> list = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            int length = 0;
            for (; i < text.length() && Character.digit(text.charAt(i), 10) >= 0; i++) {
                length = 10 * length + Character.digit(text.charAt(i), 10);
            }
            boolean stop = i < text.length() && PUNCTUATION.indexOf(text.charAt(i)) >= 0;
            String mark = stop ? text.substring(i, i + 1) : "";
            i += stop ? 1 : 0;
            boolean breaks = i < text.length() && text.charAt(i) == '/';
            i += breaks ? 1 : 0;
            if (length == 0) {
                throw new IllegalArgumentException("layout '" + text + "': expected a clause length, as in 7，7。/7，7。");
            }
            list.add(new Clause(length, mark, breaks));
        }
        return new Layout(list);
    }

    /** The common length of all clauses, or 0 if they differ. */
    public int commonLength() {
        int first = clauses.get(0).length();
        return clauses.stream().allMatch(clause -> clause.length() == first) ? first : 0;
    }

    /** All characters of the verse without punctuation. */
    public int characters() {
        return clauses.stream().mapToInt(Clause::length).sum();
    }

    /** Whether a code point is a Han character, as verse counts them. */
    public static boolean isIdeograph(int point) {
        return point == '〇' || (Character.isIdeographic(point) && Character.isLetter(point));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        clauses.forEach(text::append);
        return text.toString();
    }
}
