package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePiece;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel.Entry;

/**
 * Makes a SentencePiece vocabulary smaller. Besides the ids asked for these stay: all but plain pieces; of Unigram those
 * whose scores others are reckoned from; of BPE the halves that kept pieces may be joined from.
 */
final class PiecePruner {
    private final SentencePiece model;
    private final List<Entry> pieces;
    private final PieceVocabulary vocabulary;
    private final String file;
    private final BitSet kept = new BitSet(); // pieces

    /** @param file the name of the model's file */
    PiecePruner(SentencePiece model, PieceVocabulary vocabulary, String file) {
        this.model = model;
        this.pieces = model.model().pieces();
        this.vocabulary = vocabulary;
        this.file = file;
    }

    /** A model whose ids follow from its pieces and settings. */
    PrunedVocabulary prune(BitSet keep, TokenizerSettings settings) {
        BitSet more = (BitSet) keep.clone();
        settings.addedTokens().forEach(token -> vocabulary.id(token.content()).ifPresent(more::set));
        Map<Integer, Integer> newIds = newIds(more);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(file, prunedModel().bytes());
        files.putAll(
                settings.renumbered(token -> newIds.get(vocabulary.id(token).orElseThrow())));
        return new PrunedVocabulary(files, oldIds(newIds));
    }

    /** A model whose ids are in a file of their own. */
    PrunedVocabulary prune(BitSet keep, String idFile) {
        Map<Integer, Integer> newIds = newIds(keep);
        ObjectNode ids = Json.object();
        newIds.forEach((old, id) -> ids.put(vocabulary.token(old), id));
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(file, prunedModel().bytes());
        files.put(idFile, Json.pretty(ids));
        return new PrunedVocabulary(files, oldIds(newIds));
    }

    private static int[] oldIds(Map<Integer, Integer> newIds) {
        return newIds.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    private SentencePieceModel prunedModel() {
        return model.model().withPieces(kept.stream().mapToObj(pieces::get).toList());
    }

    /** New id by old one, in order; entries move together. */
    private Map<Integer, Integer> newIds(BitSet keep) {
        for (int piece = 0; piece < pieces.size(); piece++) {
            OptionalInt id = vocabulary.id(pieces.get(piece).text());
            PieceType type = pieces.get(piece).type();
            boolean plain = type == PieceType.NORMAL || type == PieceType.UNUSED;
            boolean special = id.isPresent() && vocabulary.kind(id.getAsInt()) == PieceVocabulary.Kind.SPECIAL;
            kept.set(piece, !plain || special || id.isEmpty() || keep.get(id.getAsInt()));
        }
        if (model.model().trainer().pairs()) {
            keepHalves();
        } else {
            keepExtremes();
        }
        Map<Integer, Integer> newIds = new LinkedHashMap<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            String token = vocabulary.token(id);
            OptionalInt piece = token.isEmpty() ? OptionalInt.empty() : model.id(token);
            boolean other = !token.isEmpty() && piece.isEmpty(); // no piece, but a token of the files beside
            if (other || piece.isPresent() && kept.get(piece.getAsInt())) {
                newIds.put(id, newIds.size());
            }
        }
        return newIds;
    }

    /** The score of what is unknown follows from the lowest, that of user-defined pieces from the highest. */
    private void keepExtremes() {
        int lowest = -1;
        int highest = -1;
        for (int piece = 0; piece < pieces.size(); piece++) {
            if (pieces.get(piece).type() == PieceType.NORMAL) {
                float score = pieces.get(piece).score();
                lowest = lowest < 0 || score < pieces.get(lowest).score() ? piece : lowest;
                highest = highest < 0 || score > pieces.get(highest).score() ? piece : highest;
            }
        }
        if (lowest >= 0) {
            kept.set(lowest);
            kept.set(highest);
        }
    }

    /**
     * However a piece may have been joined, every step stays; unused pieces, too, where they can be joined: they keep
     * their parts from being joined otherwise.
     */
    private void keepHalves() {
        List<Integer> open = new ArrayList<>();
        for (int piece = 0; piece < pieces.size(); piece++) {
            if (pieces.get(piece).type() == PieceType.UNUSED && !halves(piece).isEmpty()) {
                kept.set(piece);
            }
            if (kept.get(piece)) {
                open.add(piece);
            }
        }
        while (!open.isEmpty()) {
            for (int half : halves(open.remove(open.size() - 1))) {
                if (half >= 0 && !kept.get(half)) {
                    kept.set(half);
                    open.add(half);
                }
            }
        }
    }

    /** The pieces that a piece can be joined from in one step; -1 for single characters that are none. */
    private List<Integer> halves(int piece) {
        String text = pieces.get(piece).text();
        List<Integer> halves = new ArrayList<>();
        for (int cut = text.offsetByCodePoints(0, 1); cut < text.length(); cut = text.offsetByCodePoints(cut, 1)) {
            String left = text.substring(0, cut);
            String right = text.substring(cut);
            if (isSymbol(left) && isSymbol(right)) {
                halves.add(model.id(left).orElse(-1));
                halves.add(model.id(right).orElse(-1));
            }
        }
        return halves;
    }

    private boolean isSymbol(String text) {
        return text.codePointCount(0, text.length()) == 1 || model.id(text).isPresent();
    }
}
