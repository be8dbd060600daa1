package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts tokens with labels together: {@code B-PER I-PER} (BIO), {@code B-PER M-PER E-PER} and {@code S-PER} (BIOES, BMES,
 * BILOU), and the same marks without types. Labels without marks hold as far as they repeat. A part that begins in the
 * middle begins all the same.
 */
final class SpanBuilder {

    private static final Pattern MARKED = Pattern.compile("([BIOEMSLU])(?:[-_](.*))?");

    private final String text;
    private final List<Spans.Span> spans = new ArrayList<>();
    private String type = ""; // of the part that the last token belongs to
    private int start = -1; // of that part; -1 where it belongs to none
    private int end;
    private boolean open; // whether the part may go on

    SpanBuilder(String text) {
        this.text = text;
    }

    /**
     * Takes the next token.
     *
     * @param continues whether it goes on in the word of the token before, whose label it then shares
     */
    void add(String label, int from, int to, boolean continues) {
        if (continues) {
            end = to;
            return;
        }
        Matcher marked = MARKED.matcher(label);
        char mark = marked.matches() ? marked.group(1).charAt(0) : 'I';
        String named = !marked.matches() ? label : marked.group(2) == null ? "" : marked.group(2);
        if (mark == 'O') {
            finish();
            return;
        }
        boolean goesOn = open && start >= 0 && named.equals(type) && mark != 'B' && mark != 'S' && mark != 'U';
        if (!goesOn) {
            finish();
            start = from;
            type = named;
        }
        end = to;
        open = mark == 'B' || mark == 'I' || mark == 'M';
    }

    private void finish() {
        if (start >= 0) {
            int from = start;
            int to = end;
            while (from < to && Character.isWhitespace(text.charAt(from))) {
                from++;
            }
            while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
                to--;
            }
            if (from < to) {
                spans.add(new Spans.Span(type, from, to, text.substring(from, to)));
            }
        }
        start = -1;
    }

    List<Spans.Span> spans() {
        finish();
        return spans;
    }
}
