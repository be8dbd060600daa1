package org.maliang.tokenizer;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Finds the special tokens that a text spells: the leftmost first, of several the longest, as encoding does. */
final class SpecialTokens {
    private final Set<String> tokens;
    private final BitSet firsts = new BitSet(); // first chars of tokens
    private final int[] lengths; // the different lengths in chars, longest first

    SpecialTokens(List<String> tokens) {
        this.tokens = Set.copyOf(tokens);
        tokens.forEach(token -> firsts.set(token.charAt(0)));
        lengths = tokens.stream()
                .map(String::length)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Passes on the text between special tokens. */
    void between(String text, Consumer<String> sink) {
        cut(text, sink, token -> {});
    }

    /** Passes on the text between special tokens, possibly empty, and the tokens, in order. */
    void cut(String text, Consumer<String> sink, Consumer<String> tokenSink) {
        int start = 0;
        for (int at = 0; at < text.length(); ) {
            int length = firsts.get(text.charAt(at)) ? lengthAt(text, at) : 0;
            if (length == 0) {
                at++;
                continue;
            }
            sink.accept(text.substring(start, at));
            tokenSink.accept(text.substring(at, at + length));
            at += length;
            start = at;
        }
        sink.accept(text.substring(start));
    }

    private int lengthAt(String text, int at) {
        for (int length : lengths) {
            if (at + length <= text.length() && tokens.contains(text.substring(at, at + length))) {
                return length;
            }
        }
        return 0;
    }
}
