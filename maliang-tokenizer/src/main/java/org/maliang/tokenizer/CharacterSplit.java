package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The cut for Chinese characters: words of other scripts and runs of ASCII punctuation keep one blank before them, runs
 * of blanks stay together, and everything else (Han, CJK punctuation, digits, newlines, emoji) stands alone.
 */
final class CharacterSplit implements PreTokenizer {
    /** The same cut for the Rust library's regular expressions (Oniguruma). */
    static final String PATTERN = " ?[\\p{L}\\p{M}&&[^\\p{Han}]]+| ?[!-/:-@\\[-`{-~]+"
            + "| +(?![\\p{L}\\p{M}!-/:-@\\[-`{-~&&[^\\p{Han}]])|[\\s\\S]";

    private static final byte ALONE = 0;
    private static final byte WORD = 1;
    private static final byte PUNCTUATION = 2;
    private static final byte[] TABLE = table();

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

    private static int end(String text, int start, int length) {
        int at = start;
        if (text.charAt(at) == ' ') {
            at++;
            while (at < length && text.charAt(at) == ' ') {
                at++;
            }
            byte next = at < length ? kind(text.codePointAt(at)) : ALONE;
            if (next == ALONE) {
                return at;
            }
            if (at > start + 1) {
                return at - 1; // the last blank goes with the word
            }
        }
        int first = text.codePointAt(at);
        byte kind = kind(first);
        at += Character.charCount(first);
        while (kind != ALONE && at < length) {
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
        byte kind = CharacterKind.of(codePoint);
        if (kind == CharacterKind.LETTER || kind == CharacterKind.MARK) {
            return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN ? ALONE : WORD;
        }
        return codePoint > ' ' && codePoint < 127 && kind == CharacterKind.OTHER ? PUNCTUATION : ALONE;
    }

    @Override
    public ObjectNode json() {
        ObjectNode split = JsonNodeFactory.instance.objectNode();
        split.put("type", "Split");
        split.putObject("pattern").put("Regex", PATTERN);
        split.put("behavior", "Isolated");
        split.put("invert", false);
        return split;
    }
}
