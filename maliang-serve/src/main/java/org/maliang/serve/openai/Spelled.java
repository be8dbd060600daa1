package org.maliang.serve.openai;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.maliang.model.read.TokenScore;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerException;

/**
 * A token with its score as clients see it.
 *
 * @param text what it says; {@code bytes:\xe6\x98} where that is a part of a character, {@code <|mark|>} for special tokens
 * @param bytes its UTF-8 bytes; none where it stands for no text
 * @param logProbability in nats
 * @param top the most probable tokens at its place, best first
 */
record Spelled(String text, List<Integer> bytes, double logProbability, List<Spelled> top) {

    static Spelled of(TokenScore score, Tokenizer tokenizer) {
        List<Spelled> top = score.alternatives().stream()
                .map(other -> of(other.id(), other.logProbability(), tokenizer, List.of()))
                .toList();
        return of(score.id(), score.logProbability(), tokenizer, top);
    }

    private static Spelled of(int id, double logProbability, Tokenizer tokenizer, List<Spelled> top) {
        byte[] bytes = bytes(id, tokenizer);
        return new Spelled(bytes.length == 0 ? tokenizer.token(id) : text(bytes), unsigned(bytes), logProbability, top);
    }

    /** How many {@code char}s of a text begin with it: a character counts where its first byte is. */
    int length() {
        return bytes.stream()
                .mapToInt(one -> (one & 0xc0) == 0x80 ? 0 : one < 0xf0 ? 1 : 2)
                .sum();
    }

    private static byte[] bytes(int id, Tokenizer tokenizer) {
        try {
            return tokenizer.bytes(id, false);
        } catch (TokenizerException e) { // words whose neighbours decide about blanks
            return tokenizer.token(id).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder text = new StringBuilder("bytes:");
            unsigned(bytes).forEach(one -> text.append(String.format("\\x%02x", one)));
            return text.toString();
        }
    }

    private static List<Integer> unsigned(byte[] bytes) {
        return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i] & 0xff).toList();
    }
}
