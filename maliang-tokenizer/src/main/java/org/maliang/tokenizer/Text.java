package org.maliang.tokenizer;

import org.jspecify.annotations.Nullable;

/** Checks on strings that come from outside. */
final class Text {
    private Text() {}

    /** Refuses text with half a surrogate pair: it has no UTF-8 form and would silently turn into U+FFFD. */
    static void requireWhole(String text, String where) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw new TokenizerException(String.format(
                    "tokenizer: half a surrogate pair (U+%04X) at character %d of %s; it was cut inside a character or"
                            + " decoded wrongly, repair it first",
                    (int) c, i, where));
        }
    }

    static String firstLine(@Nullable String message) {
        return message == null ? "unknown reason" : message.lines().findFirst().orElse("unknown reason");
    }
}
