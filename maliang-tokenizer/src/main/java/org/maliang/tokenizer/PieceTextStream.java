package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.function.UnaryOperator;

/**
 * Stream over the pieces of SentencePiece: U+2581 becomes a blank, except at the beginning where encoding has added it;
 * the unknown piece becomes what the model says, usually " ⁇ ".
 */
final class PieceTextStream implements TextStream {
    private static final char SPACE = '\u2581';

    private final Tokenizer tokenizer;
    private final PieceVocabulary vocabulary;
    private final UnaryOperator<String> finish;
    private final boolean keepSpecial;
    private final CharsetDecoder decoder = UTF_8.newDecoder().onMalformedInput(CodingErrorAction.IGNORE);
    private final ByteBuffer bytes = ByteBuffer.allocate(8); // of one unfinished character
    private boolean begun; // whether a blank would be one of the text

    PieceTextStream(
            Tokenizer tokenizer, PieceVocabulary vocabulary, UnaryOperator<String> finish, boolean keepSpecial) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.finish = finish;
        this.keepSpecial = keepSpecial;
    }

    /** Makes this a stream over a text that has begun. */
    PieceTextStream midway() {
        begun = true;
        return this;
    }

    @Override
    public String push(int id) {
        String token = tokenizer.token(id);
        PieceVocabulary.Kind kind = vocabulary.kind(id);
        if (kind == PieceVocabulary.Kind.BYTE) {
            return finish.apply(oneByte(TokenBytes.byteFallback(token)[0]));
        }
        bytes.clear();
        decoder.reset();
        return switch (kind) {
            case SPECIAL -> keepSpecial ? token : "";
            case UNKNOWN -> finish.apply(written(vocabulary.model().unknownSurface()));
            case TEXT, BYTE -> finish.apply(piece(token));
        };
    }

    private String piece(String token) {
        String text = token;
        if (!begun && vocabulary.model().dropsFirstBlank() && token.indexOf(SPACE) == 0) {
            text = token.substring(1);
            begun = !vocabulary.model().dropsAllFirstBlanks();
        }
        return written(text.replace(SPACE, ' '));
    }

    private String oneByte(byte value) {
        bytes.put(value).flip();
        CharBuffer out = CharBuffer.allocate(bytes.capacity());
        decoder.decode(bytes, out, false);
        bytes.compact();
        return written(out.flip().toString());
    }

    private String written(String text) {
        begun |= !text.isEmpty();
        return text;
    }

    @Override
    public String flush() {
        bytes.clear();
        decoder.reset();
        begun = false;
        return "";
    }
}
