package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A tokenizer over the pieces of SentencePiece. */
final class PieceTokenizer implements Tokenizer {
    /** Cuts a text and gives the ids of the vocabulary. */
    interface Cut {
        int[] ids(String text);

        /** The same with their places in the text. */
        PlacedTokens locate(String text);
    }

    private final PieceVocabulary vocabulary;
    private final Cut cut;
    private final Frame frame;
    private final UnaryOperator<String> finish;
    private final Set<Integer> special;
    private final int size;

    /** @param finish what is done to every bit of decoded text, such as dropping blanks that only the model needs */
    PieceTokenizer(PieceVocabulary vocabulary, Cut cut, Frame frame, UnaryOperator<String> finish) {
        this.vocabulary = vocabulary;
        this.cut = cut;
        this.frame = frame;
        this.finish = finish;
        this.special = vocabulary.special();
        this.size = vocabulary.size();
    }

    @Override
    public int[] encode(String text) {
        Text.requireWhole(text, "the text");
        return cut.ids(text);
    }

    @Override
    public PlacedTokens locate(String text) {
        Text.requireWhole(text, "the text");
        return cut.locate(text);
    }

    @Override
    public List<int[]> encodeAll(List<String> texts) {
        return texts.parallelStream().map(this::encode).toList();
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public List<String> tokens(int[] ids) {
        List<String> tokens = new ArrayList<>(ids.length);
        for (int id : ids) {
            tokens.add(token(id));
        }
        return tokens;
    }

    @Override
    public String decode(int[] ids) {
        return decode(ids, false);
    }

    @Override
    public String decode(int[] ids, boolean keepSpecial) {
        TextStream stream = new PieceTextStream(this, vocabulary, finish, keepSpecial);
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.push(id));
        }
        return text.append(stream.flush()).toString();
    }

    @Override
    public int vocabularySize() {
        return size;
    }

    @Override
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    @Override
    public String token(int id) {
        if (id < 0 || id >= size) {
            throw Vocabulary.outside(id, size);
        }
        return vocabulary.token(id);
    }

    @Override
    public byte[] bytes(int id, boolean first) {
        byte[] fallback = TokenBytes.byteFallback(token(id));
        PieceVocabulary.Kind kind = vocabulary.kind(id);
        if (kind == PieceVocabulary.Kind.BYTE && TokenBytes.isPartOfCharacter(fallback)) {
            return fallback;
        }
        if (kind == PieceVocabulary.Kind.UNKNOWN) {
            return new byte[0];
        }
        var stream = new PieceTextStream(this, vocabulary, finish, false);
        return (first ? stream : stream.midway()).push(id).getBytes(UTF_8);
    }

    @Override
    public Set<Integer> specialIds() {
        return special;
    }

    @Override
    public TextStream stream() {
        return new PieceTextStream(this, vocabulary, finish, false);
    }

    @Override
    public void close() {}
}
