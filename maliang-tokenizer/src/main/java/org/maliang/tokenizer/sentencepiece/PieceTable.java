package org.maliang.tokenizer.sentencepiece;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.maliang.tokenizer.trie.Trie;

/** The pieces of a model: spelling, score, type, and the trees that find them in text. */
final class PieceTable {
    private final List<String> texts = new ArrayList<>();
    private final List<PieceType> types = new ArrayList<>();
    private final Map<String, Integer> reserved = new HashMap<>(); // never found in text
    private final Trie spelled = new Trie(); // over bytes
    private final Trie userDefined = new Trie(); // over bytes
    private float[] scores = new float[1 << 10];
    private float lowest = Float.MAX_VALUE;
    private float highest = Float.MIN_NORMAL; // as FLT_MIN in C++, which is not the lowest number
    private int unknown = Trie.NONE;

    PieceTable(List<SentencePieceModel.Entry> pieces) throws IOException {
        for (SentencePieceModel.Entry piece : pieces) {
            if (piece.text().isEmpty() || Float.isNaN(piece.score())) {
                throw new IOException("piece " + size() + " has the spelling \"" + piece.text() + "\" and the score "
                        + piece.score());
            }
            add(piece.text(), piece.score(), piece.type());
        }
        if (unknown == Trie.NONE) {
            throw new IOException("no piece is the unknown one among " + size());
        }
    }

    private void add(String text, float score, PieceType type) throws IOException {
        int id = size();
        if (id(text) != Trie.NONE) {
            throw new IOException("piece " + id + ", \"" + text + "\", is also piece " + id(text));
        }
        texts.add(text);
        types.add(type);
        if (id == scores.length) {
            scores = Arrays.copyOf(scores, id * 2);
        }
        scores[id] = score;
        switch (type) {
            case NORMAL -> {
                lowest = Math.min(lowest, score);
                highest = Math.max(highest, score);
                spelled.put(SentencePiece.byteString(text), id);
            }
            case USER_DEFINED -> {
                spelled.put(SentencePiece.byteString(text), id);
                userDefined.put(SentencePiece.byteString(text), id);
            }
            case UNUSED -> spelled.put(SentencePiece.byteString(text), id);
            case UNKNOWN -> {
                if (unknown != Trie.NONE) {
                    throw new IOException("pieces " + unknown + " and " + id + " are both the unknown one");
                }
                unknown = id;
                reserved.put(text, id);
            }
            case CONTROL, BYTE -> reserved.put(text, id);
        }
    }

    int size() {
        return texts.size();
    }

    String text(int id) {
        return texts.get(id);
    }

    PieceType type(int id) {
        return types.get(id);
    }

    float score(int id) {
        return scores[id];
    }

    float lowestScore() {
        return lowest;
    }

    float highestScore() {
        return highest;
    }

    int unknown() {
        return unknown;
    }

    /** The id of a piece, or {@link Trie#NONE}. */
    int id(String text) {
        Integer id = reserved.get(text);
        return id != null ? id : spelled.find(SentencePiece.byteString(text));
    }

    /** Pieces that text spells, by their bytes. */
    Trie spelled() {
        return spelled;
    }

    Trie userDefined() {
        return userDefined;
    }
}
