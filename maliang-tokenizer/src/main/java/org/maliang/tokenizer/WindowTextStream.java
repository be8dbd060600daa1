package org.maliang.tokenizer;

import java.util.Arrays;

/**
 * Stream for decoders that look at neighbours (WordPiece, Metaspace …): decodes the ids since the last whole text
 * together with those before them, and returns what is new.
 */
final class WindowTextStream implements TextStream {
    /** Stands for bytes that are no character; never written. */
    static final char REPLACEMENT = '\uFFFD';

    private final Tokenizer tokenizer;
    private int[] window = {}; // ids of the last text that came out, then the ids that wait
    private int emitted; // how many ids of the window have come out

    WindowTextStream(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    public String push(int id) {
        tokenizer.token(id);
        if (tokenizer.specialIds().contains(id)) {
            return "";
        }
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = id;
        String known = tokenizer.decode(Arrays.copyOf(window, emitted));
        String text = tokenizer.decode(window);
        if (text.length() <= known.length() || text.charAt(text.length() - 1) == REPLACEMENT) {
            return "";
        }
        window = Arrays.copyOfRange(window, emitted, window.length);
        emitted = window.length;
        return fresh(text, known);
    }

    @Override
    public String flush() {
        String known = tokenizer.decode(Arrays.copyOf(window, emitted));
        String text = tokenizer.decode(window);
        window = new int[0];
        emitted = 0;
        return text.length() <= known.length() ? "" : fresh(text, known);
    }

    private static String fresh(String text, String known) {
        return text.substring(known.length()).replace(String.valueOf(REPLACEMENT), "");
    }
}
