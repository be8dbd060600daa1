package org.maliang.model.gguf;

import java.util.ArrayList;
import java.util.List;
import org.maliang.checkpoint.gguf.GgufWriter;
import org.maliang.tokenizer.sentencepiece.NormalizerSpec;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;
import org.maliang.tokenizer.sentencepiece.TrainerSpec;

/**
 * Writes SentencePiece models: BPE as llama.cpp's "llama", Unigram as its "t5". What llama.cpp does not ask for with the
 * former, the map of characters, is written all the same, so that it can be read back.
 */
final class PieceExport {
    private final SentencePieceModel model;
    private final Vocabulary vocabulary;

    /** @param model with its pieces in the order of the model's ids */
    PieceExport(SentencePieceModel model, Vocabulary vocabulary) {
        this.model = model;
        this.vocabulary = vocabulary;
    }

    /** Writes all values but the entries, which it adds to the vocabulary; gives remarks. */
    List<String> describe(GgufWriter out) {
        TrainerSpec trainer = model.trainer();
        NormalizerSpec normalizer = model.normalizer();
        float[] scores = new float[vocabulary.rows()];
        for (int id = 0; id < model.pieces().size(); id++) {
            SentencePieceModel.Entry piece = model.pieces().get(id);
            vocabulary.set(id, piece.text(), piece.type());
            scores[id] = piece.score();
            if (piece.type() == PieceType.UNKNOWN) {
                out.put(Vocabulary.UNKNOWN_ID, id);
            }
        }
        out.put(Vocabulary.MODEL, trainer.pairs() ? "llama" : "t5")
                .put(Vocabulary.PRE, "default")
                .put(Vocabulary.SCORES, scores)
                .put(Vocabulary.SPACE_PREFIX, normalizer.dummyPrefix())
                .put(Vocabulary.EXTRA_SPACES, normalizer.removeExtraBlanks());
        if (normalizer.charsMap().length > 0) {
            out.put(Vocabulary.CHARS_MAP, normalizer.charsMap());
        }
        return remarks(trainer, normalizer);
    }

    private List<String> remarks(TrainerSpec trainer, NormalizerSpec normalizer) {
        List<String> remarks = new ArrayList<>();
        if (trainer.pairs() && (normalizer.charsMap().length > 0 || normalizer.removeExtraBlanks())) {
            remarks.add(
                    "llama.cpp does not normalise text before it merges pairs: unusual characters and runs of blanks"
                            + " may get other ids");
        }
        if (trainer.pairs() && !trainer.byteFallback()) {
            remarks.add("llama.cpp spells what no piece spells in bytes, which this vocabulary lacks: it fails on texts"
                    + " with unknown characters");
        }
        if (trainer.suffix()) {
            remarks.add("llama.cpp puts blanks before words, this tokenizer behind: text may get other ids");
        }
        boolean userDefined = model.pieces().stream().anyMatch(piece -> piece.type() == PieceType.USER_DEFINED);
        if (userDefined && normalizer.dummyPrefix()) {
            remarks.add(
                    "llama.cpp begins anew, with a blank, behind user-defined tokens: text there may get other ids");
        }
        return remarks;
    }
}
