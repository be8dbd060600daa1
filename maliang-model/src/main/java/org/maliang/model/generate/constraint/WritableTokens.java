package org.maliang.model.generate.constraint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.maliang.model.generate.TokenTexts;

/**
 * What a vocabulary can write.
 *
 * @param first the tokens as they begin a text
 * @param later the tokens as they follow others
 * @param characters those that can follow any text
 */
record WritableTokens(TokenTexts texts, TokenTrie first, TokenTrie later, CharClass characters) {
    private static final int LEAST_LEAD = 0xC2;

    static WritableTokens of(TokenTexts texts) {
        BitSet bytes = new BitSet();
        BitSet characters = new BitSet();
        for (byte[] text : texts.later()) {
            if (text.length == 1) {
                bytes.set(text[0] & 0xFF);
            }
            if (isWhole(text)) {
                String string = new String(text, UTF_8);
                if (!string.isEmpty() && string.codePointCount(0, string.length()) == 1) {
                    characters.set(string.codePointAt(0));
                }
            }
        }
        boolean completes = bytes.nextClearBit(0x80) > 0xBF; // whatever part of a character comes first
        CharClass known = CharClass.where(characters::get);
        if (completes) {
            known = known.or(IntStream.range(LEAST_LEAD, 0x100)
                    .filter(bytes::get)
                    .mapToObj(Utf8Class::ledBy)
                    .reduce(CharClass.NONE, CharClass::or));
        }
        TokenTrie later = trie(texts.later(), completes);
        boolean alike = IntStream.range(0, texts.first().size())
                .allMatch(
                        id -> Arrays.equals(texts.first().get(id), texts.later().get(id)));
        return new WritableTokens(texts, alike ? later : trie(texts.first(), completes), later, known);
    }

    private static TokenTrie trie(List<byte[]> texts, boolean completes) {
        return new TokenTrie(texts, id -> completes || isWhole(texts.get(id)));
    }

    private static boolean isWhole(byte[] text) {
        return Arrays.equals(new String(text, UTF_8).getBytes(UTF_8), text);
    }

    /** Says which character it lacks, if one of the sets has only one. */
    String lacking(Iterable<CharClass> sets) {
        for (CharClass set : sets) {
            if (set.and(characters).isEmpty() && !set.isEmpty()) {
                return ", as there is no '" + Character.toString(set.first(0)) + "' in it";
            }
        }
        return "";
    }
}
