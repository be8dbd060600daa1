package org.maliang.checkpoint.torch;

import java.util.regex.Pattern;

/** The escapes of text in pickles of protocol 0. */
final class Escapes {
    private static final Pattern UNICODE = Pattern.compile("\\\\u([0-9a-fA-F]{4})|\\\\U([0-9a-fA-F]{8})");
    private static final Pattern BYTES = Pattern.compile("\\\\(?:x([0-9a-fA-F]{2})|([\\\\'\"ntr]))");

    private Escapes() {}

    /** Python's {@code raw-unicode-escape}. */
    static String unicode(String line) {
        return UNICODE.matcher(line).replaceAll(match -> {
            String hex = match.group(1) != null ? match.group(1) : match.group(2);
            int codePoint = (int) Long.parseLong(hex, 16);
            String text = Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : "\uFFFD";
            return java.util.regex.Matcher.quoteReplacement(text);
        });
    }

    /** The common ones of Python's {@code repr} of bytes; every byte becomes the character of the same number. */
    static String bytes(String quoted) {
        return BYTES.matcher(quoted).replaceAll(match -> {
            String text = match.group(1) != null
                    ? Character.toString(Integer.parseInt(match.group(1), 16))
                    : switch (match.group(2)) {
                        case "n" -> "\n";
                        case "t" -> "\t";
                        case "r" -> "\r";
                        default -> match.group(2);
                    };
            return java.util.regex.Matcher.quoteReplacement(text);
        });
    }
}
