package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/** Stream over a vocabulary whose entries are bytes: a UTF-8 decoder that waits for unfinished characters. */
final class ByteTextStream implements TextStream {
    private final Tokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final boolean keepSpecial;
    private final CharsetDecoder decoder = UTF_8.newDecoder().onMalformedInput(CodingErrorAction.IGNORE);
    private byte[] unfinished = {}; // at most three bytes of one character

    ByteTextStream(Tokenizer tokenizer, Vocabulary vocabulary, boolean keepSpecial) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.keepSpecial = keepSpecial;
    }

    @Override
    public String push(int id) {
        String token = tokenizer.token(id);
        if (tokenizer.specialIds().contains(id)) {
            return keepSpecial ? flush() + token : "";
        }
        byte[] bytes = vocabulary.bytes(token);
        ByteBuffer in = ByteBuffer.allocate(unfinished.length + bytes.length)
                .put(unfinished)
                .put(bytes);
        in.flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, false);
        unfinished = new byte[in.remaining()];
        in.get(unfinished);
        return out.flip().toString();
    }

    @Override
    public String flush() {
        unfinished = new byte[0];
        decoder.reset();
        return "";
    }
}
