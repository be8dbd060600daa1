package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.maliang.tokenizer.jieba.JiebaSegmenter;
import org.maliang.tokenizer.sentencepiece.Piece;
import org.maliang.tokenizer.sentencepiece.SentencePiece;

/**
 * CPM's pipeline ({@code gpt2_tokenizer.py} of TsinghuaAI/CPM-1-Generate): jieba cuts words, blanks and newlines in them
 * become U+2582 and U+2583, words are joined with blanks, SentencePiece cuts that, and {@code vocab.json} gives the ids.
 */
final class CpmFiles {
    private static final char BLANK = '\u2582';
    private static final char NEWLINE = '\u2583';
    private static final int UNKNOWN = 0;

    private CpmFiles() {}

    static Tokenizer tokenizer(SentencePiece model, PieceVocabulary vocabulary) {
        var cut = new PieceTokenizer.Cut() {
            @Override
            public int[] ids(String text) {
                return CpmFiles.ids(text, model, vocabulary);
            }

            @Override
            public PlacedTokens locate(String text) {
                throw new TokenizerException(
                        "tokenizer: CPM's pieces are cut from words that jieba puts anew together, and"
                                + " have no place in the text itself; use a model with another tokenizer");
            }
        };
        return new PieceTokenizer(vocabulary, cut, Frame.NONE, CpmFiles::restored);
    }

    /** @param ids {@code vocab.json} */
    static PieceVocabulary vocabulary(SentencePiece model, Path file, ObjectNode ids) {
        var vocabulary = new PieceVocabulary(model);
        for (Map.Entry<String, JsonNode> entry : ids.properties()) {
            if (!entry.getValue().canConvertToInt()) {
                throw TextFile.unreadable(file, "the id of '" + entry.getKey() + "' is " + entry.getValue());
            }
            vocabulary.put(entry.getValue().asInt(), entry.getKey());
        }
        return vocabulary;
    }

    private static int[] ids(String text, SentencePiece model, PieceVocabulary vocabulary) {
        List<String> words = JiebaSegmenter.standard().cut(text);
        String line = words.stream()
                .map(word -> word.replace(' ', BLANK).replace('\n', NEWLINE))
                .collect(Collectors.joining(" "));
        return model.encode(line).stream()
                .map(Piece::surface)
                .mapToInt(piece -> vocabulary.id(piece).orElse(UNKNOWN))
                .toArray();
    }

    /** Blanks only part the words; those of the text are spelled. */
    private static String restored(String text) {
        return text.replace(" ", "").replace(BLANK, ' ').replace(NEWLINE, '\n');
    }
}
