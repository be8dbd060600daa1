package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * GPT-2's cut, {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}, scanned by hand. A
 * Chinese clause is one piece.
 */
final class Gpt2Split implements PreTokenizer {
    private static final String[] CONTRACTIONS = {"s", "t", "re", "ve", "m", "ll", "d"};

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
        char first = text.charAt(start);
        if (first == '\'') {
            for (String tail : CONTRACTIONS) {
                if (text.startsWith(tail, start + 1)) {
                    return start + 1 + tail.length();
                }
            }
        }
        int at = start;
        if (first == ' ' && start + 1 < length && kind(text, start + 1) != CharacterKind.SPACE) {
            at++;
        }
        byte kind = kind(text, at);
        if (kind == CharacterKind.SPACE) {
            return endOfSpace(text, start, length);
        }
        do {
            at += Character.charCount(text.codePointAt(at));
        } while (at < length && kind(text, at) == kind);
        return at;
    }

    /** A run of white space leaves its last character to the word that follows. */
    private static int endOfSpace(String text, int start, int length) {
        int at = start;
        while (at < length && kind(text, at) == CharacterKind.SPACE) {
            at++;
        }
        return at < length && at > start + 1 ? at - 1 : at;
    }

    private static byte kind(String text, int at) {
        byte kind = CharacterKind.of(text.codePointAt(at));
        return kind == CharacterKind.MARK ? CharacterKind.OTHER : kind;
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", "ByteLevel");
        json.put("add_prefix_space", false);
        json.put("trim_offsets", true);
        json.put("use_regex", true);
        return json;
    }
}
