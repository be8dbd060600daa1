package org.maliang.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePiece;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;

/** The ids that a model gives to the pieces of SentencePiece and to tokens of its own. */
final class PieceVocabulary {
    /** What decoding makes of an entry. */
    enum Kind {
        TEXT,
        SPECIAL,
        UNKNOWN,
        BYTE
    }

    private final SentencePiece model;
    private final Map<String, Integer> ids = new HashMap<>();
    private @Nullable String[] tokens = {};
    private Kind[] kinds = {};

    PieceVocabulary(SentencePiece model) {
        this.model = model;
    }

    /** Every piece with its own id. */
    static PieceVocabulary of(SentencePiece model) {
        var vocabulary = new PieceVocabulary(model);
        for (int id = 0; id < model.size(); id++) {
            vocabulary.put(id, model.piece(id));
        }
        return vocabulary;
    }

    /** Gives an id to a token: a piece of the model, or other text. */
    void put(int id, String token) {
        OptionalInt piece = model.id(token);
        Kind kind = piece.isEmpty()
                ? Kind.TEXT
                : switch (model.type(piece.getAsInt())) {
                    case NORMAL, USER_DEFINED, UNUSED -> Kind.TEXT;
                    case CONTROL -> Kind.SPECIAL;
                    case UNKNOWN -> Kind.UNKNOWN;
                    case BYTE -> Kind.BYTE;
                };
        put(id, token, kind);
    }

    void put(int id, String token, Kind kind) {
        if (id < 0 || id > Vocabulary.LARGEST_ID) {
            throw new TokenizerException("token '" + token + "' has the id " + id);
        }
        if (id >= tokens.length) {
            int size = Math.max(id + 1, Math.min(tokens.length * 2, Vocabulary.LARGEST_ID));
            tokens = Arrays.copyOf(tokens, size);
            kinds = Arrays.copyOf(kinds, size);
        }
        tokens[id] = token;
        kinds[id] = kind;
        ids.put(token, id);
    }

    SentencePiece model() {
        return model;
    }

    /** The largest id + 1. */
    int size() {
        int size = tokens.length;
        while (size > 0 && tokens[size - 1] == null) {
            size--;
        }
        return size;
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The token of an id, empty where the id is not used. */
    String token(int id) {
        String token = tokens[id];
        return token == null ? "" : token;
    }

    Kind kind(int id) {
        return tokens[id] == null ? Kind.SPECIAL : kinds[id];
    }

    /**
     * All entries in the order of their ids, as one model.
     *
     * @param missing what text becomes that is no piece of the model
     */
    SentencePieceModel asModel(PieceType missing) {
        List<SentencePieceModel.Entry> entries = new ArrayList<>();
        for (int id = 0; id < size(); id++) {
            OptionalInt piece = model.id(token(id));
            float score = piece.isPresent()
                    ? model.model().pieces().get(piece.getAsInt()).score()
                    : 0;
            String text = token(id).isEmpty() ? "[PAD" + id + "]" : token(id);
            entries.add(
                    new SentencePieceModel.Entry(text, score, type(id, piece).orElse(missing)));
        }
        return model.model().withPieces(entries);
    }

    private Optional<PieceType> type(int id, OptionalInt piece) {
        return switch (kind(id)) {
            case SPECIAL -> Optional.of(token(id).isEmpty() ? PieceType.UNUSED : PieceType.CONTROL);
            case UNKNOWN -> Optional.of(PieceType.UNKNOWN);
            case BYTE -> Optional.of(PieceType.BYTE);
            case TEXT -> piece.isPresent() ? Optional.of(model.type(piece.getAsInt())) : Optional.empty();
        };
    }

    Set<Integer> special() {
        return IntStream.range(0, size())
                .filter(id -> tokens[id] != null && kinds[id] == Kind.SPECIAL)
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }
}
