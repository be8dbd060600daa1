package org.maliang.model.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.maliang.tokenizer.Tokenizer;

/**
 * The text of every token as it is written, in UTF-8; empty where a token adds none. Collecting it decodes every entry:
 * do so once per tokenizer.
 *
 * @param first bytes by id where a text begins with the token
 * @param later bytes by id where it follows others
 * @param end the id that ends a text, if there is one
 */
public record TokenTexts(List<byte[]> first, List<byte[]> later, OptionalInt end) {

    public TokenTexts {
        first = List.copyOf(first);
        later = List.copyOf(later);
        if (first.size() != later.size()) {
            throw new IllegalArgumentException("there are " + first.size() + " tokens to begin a text with and "
                    + later.size() + " to continue it: give one text of each kind a token");
        }
    }

    /** The texts as a tokenizer decodes them. */
    public static TokenTexts of(Tokenizer tokenizer, OptionalInt end) {
        int size = tokenizer.vocabularySize();
        return new TokenTexts(
                all(size, id -> tokenizer.bytes(id, true)), all(size, id -> tokenizer.bytes(id, false)), end);
    }

    /** The texts of BERT's vocabulary without spaces. */
    static TokenTexts joined(Tokenizer tokenizer, OptionalInt end) {
        List<byte[]> texts = all(
                tokenizer.vocabularySize(),
                id -> new JoinedText(tokenizer, "").push(id).getBytes(UTF_8));
        return new TokenTexts(texts, texts, end);
    }

    private static List<byte[]> all(int size, IntFunction<byte[]> text) {
        return IntStream.range(0, size).mapToObj(text).toList();
    }
}
