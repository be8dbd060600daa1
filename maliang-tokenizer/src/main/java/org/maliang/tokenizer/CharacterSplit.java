package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The cuts for Chinese: words of other scripts and runs of ASCII punctuation keep one blank before them, runs of blanks
 * stay together, and everything else (CJK punctuation, digits, newlines, emoji) stands alone. Han characters stand alone
 * too, or stay together where words are to be learned.
 *
 * <p>Blanks stay blanks: the Metaspace of SentencePiece would give text that holds {@code U+2581} back changed.
 */
final class CharacterSplit implements PreTokenizer {
    /** Characters alone, for the Rust library's regular expressions (Oniguruma). */
    private static final String ALONE_PATTERN = " ?[\\p{L}\\p{M}&&[^\\p{Han}]]+| ?[!-/:-@\\[-`{-~]+"
            + "| +(?![\\p{L}\\p{M}!-/:-@\\[-`{-~&&[^\\p{Han}]])|[\\s\\S]";

    private static final String TOGETHER_PATTERN = "\\p{Han}+|" + ALONE_PATTERN;

    private static final byte ALONE = 0;
    private static final byte WORD = 1;
    private static final byte PUNCTUATION = 2;
    private static final byte HAN = 3;
    private static final byte[] TABLE = table();

    private final boolean together;

    private CharacterSplit(boolean together) {
        this.together = together;
    }

    /** Every Han character is a piece. */
    static CharacterSplit hanAlone() {
        return new CharacterSplit(false);
    }

    /** Han characters without anything between them are one piece, as in SentencePiece. */
    static CharacterSplit hanTogether() {
        return new CharacterSplit(true);
    }

    @Override
    public void split(String text, Sink sink) {
        int length = text.length();
        int start = 0;
        while (start < length) {
            int end = end(text, start, length);
            sink.piece(text, start, end);
            start = end;
        }
    }

    private int end(String text, int start, int length) {
        int at = start;
        if (text.charAt(at) == ' ') {
            at++;
            while (at < length && text.charAt(at) == ' ') {
                at++;
            }
            byte next = at < length ? kind(text.codePointAt(at)) : ALONE;
            if (next == ALONE || next == HAN) {
                return at;
            }
            if (at > start + 1) {
                return at - 1; // the last blank goes with the word
            }
        }
        int first = text.codePointAt(at);
        byte kind = kind(first);
        at += Character.charCount(first);
        boolean grows = kind == HAN ? together : kind != ALONE;
        while (grows && at < length) {
            int codePoint = text.codePointAt(at);
            if (kind(codePoint) != kind) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        return at;
    }

    private static byte kind(int codePoint) {
        return codePoint < TABLE.length ? TABLE[codePoint] : classify(codePoint);
    }

    private static byte[] table() {
        byte[] table = new byte[1 << 16];
        for (int c = 0; c < table.length; c++) {
            table[c] = classify(c);
        }
        return table;
    }

    private static byte classify(int codePoint) {
        if (Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN) {
            return HAN;
        }
        byte kind = CharacterKind.of(codePoint);
        if (kind == CharacterKind.LETTER || kind == CharacterKind.MARK) {
            return WORD;
        }
        return codePoint > ' ' && codePoint < 127 && kind == CharacterKind.OTHER ? PUNCTUATION : ALONE;
    }

    @Override
    public ObjectNode json() {
        ObjectNode split = JsonNodeFactory.instance.objectNode();
        split.put("type", "Split");
        split.putObject("pattern").put("Regex", together ? TOGETHER_PATTERN : ALONE_PATTERN);
        split.put("behavior", "Isolated");
        split.put("invert", false);
        return split;
    }
}
