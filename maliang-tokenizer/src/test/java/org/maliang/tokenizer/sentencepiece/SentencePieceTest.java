package org.maliang.tokenizer.sentencepiece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SentencePieceTest {

    @Test
    void theMostProbableCutWins() throws IOException {
        SentencePiece model = SentencePiece.parse(ModelBytes.ofType(1)
                .usual()
                .piece("▁a", -2, 1)
                .piece("b", -3, 1)
                .piece("ab", -2.5f, 1)
                .piece("▁", -1, 1)
                .bytes());
        assertThat(surfaces(model, "ab")).containsExactly("▁", "ab");
        assertThat(surfaces(model, " a  b ")).containsExactly("▁a", "▁", "b");
        assertThat(surfaces(model, "")).isEmpty();
        assertThat(surfaces(model, "  ")).isEmpty();
    }

    @Test
    void unknownCharactersAreOnePiece() throws IOException {
        SentencePiece model = SentencePiece.parse(
                ModelBytes.ofType(1).usual().piece("▁", -1, 1).piece("b", -1, 1).bytes());
        assertThat(model.encode("明月b𠀀"))
                .containsExactly(new Piece(3, "▁"), new Piece(0, "明月"), new Piece(4, "b"), new Piece(0, "𠀀"));
        assertThat(surfaces(model, "<s>")).containsExactly("▁", "<s>"); // one unknown piece, not the control piece
        assertThat(model.role("bos")).hasValue(1);
        assertThat(model.role("pad")).isEmpty();
    }

    @Test
    void bytesSpellWhatIsUnknown() throws IOException {
        ModelBytes bytes = ModelBytes.ofType(2).usual().piece("▁", -1, 1);
        for (int b = 0; b < 256; b++) {
            bytes.piece(String.format("<0x%02X>", b), 0, 6);
        }
        SentencePiece model = SentencePiece.parse(bytes.trainer(35, 1).bytes());
        assertThat(surfaces(model, "月")).containsExactly("▁", "<0xE6>", "<0x9C>", "<0x88>");
        assertThatThrownBy(() -> SentencePiece.parse(
                        ModelBytes.ofType(2).usual().trainer(35, 1).bytes()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("byte fallback without the piece <0x00>");
    }

    @Test
    void pairsJoinByScoreThenFromTheLeft() throws IOException {
        SentencePiece model = SentencePiece.parse(ModelBytes.ofType(2)
                .usual()
                .normalizer(3, 0)
                .piece("a", -9, 1)
                .piece("aa", -1, 1)
                .piece("aaa", -2, 1)
                .piece("b", -9, 1)
                .piece("ab", -0.5f, 1)
                .bytes());
        assertThat(surfaces(model, "aaaa")).containsExactly("aa", "aa");
        assertThat(surfaces(model, "aaa")).containsExactly("aaa");
        assertThat(surfaces(model, "aaab")).containsExactly("aa", "ab");
    }

    @Test
    void unusedPiecesFallApart() throws IOException {
        SentencePiece model = SentencePiece.parse(ModelBytes.ofType(2)
                .usual()
                .normalizer(3, 0)
                .piece("a", -9, 1)
                .piece("b", -9, 1)
                .piece("ab", -1, 5)
                .piece("abab", -2, 5)
                .bytes());
        assertThat(surfaces(model, "abab")).containsExactly("a", "b", "a", "b");
    }

    /** Pairs never reach into them; under Unigram they only cost next to nothing. */
    @Test
    void userDefinedPiecesStay() throws IOException {
        for (int type : new int[] {1, 2}) {
            SentencePiece model = SentencePiece.parse(ModelBytes.ofType(type)
                    .usual()
                    .piece("▁", -1, 1)
                    .piece("明月光", type == 1 ? -10.2f : -1, 1)
                    .piece("明", -5, 1)
                    .piece("光", -5, 1)
                    .piece("月", 0, 4)
                    .bytes());
            assertThat(surfaces(model, "明月光")).containsExactly("▁", "明", "月", "光");
        }
    }

    /** Every cut of short texts is tried, and none is better than the one found. */
    @Test
    void noCutIsBetter() throws IOException {
        var random = new Random(5);
        Map<String, Float> scores = new HashMap<>();
        ModelBytes bytes = ModelBytes.ofType(1).usual().normalizer(3, 0);
        for (String piece : List.of("a", "b", "c", "ab", "ba", "abc", "cc", "bcc", "aab", "cab", "ccab")) {
            float score = -random.nextFloat() * 8;
            scores.put(piece, score);
            bytes.piece(piece, score, 1);
        }
        SentencePiece model = SentencePiece.parse(bytes.bytes());
        for (int i = 0; i < 2000; i++) {
            var text = new StringBuilder();
            for (int length = 1 + random.nextInt(12); length > 0; length--) {
                text.append("abc".charAt(random.nextInt(3)));
            }
            double found = model.encode(text.toString()).stream()
                    .mapToDouble(piece -> scores.get(piece.surface()))
                    .sum();
            assertThat(found).as(text.toString()).isCloseTo(best(text.toString(), scores), within(1e-4));
        }
    }

    private static double best(String text, Map<String, Float> scores) {
        if (text.isEmpty()) {
            return 0;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int end = 1; end <= text.length(); end++) {
            Float score = scores.get(text.substring(0, end));
            if (score != null) {
                best = Math.max(best, score + best(text.substring(end), scores));
            }
        }
        return best;
    }

    @Test
    void longTextsTakeTimeInProportion() throws IOException {
        for (int type : new int[] {1, 2}) {
            SentencePiece model = SentencePiece.parse(ModelBytes.ofType(type)
                    .usual()
                    .piece("a", -3, 1)
                    .piece("aa", -2, 1)
                    .piece("aaaa", -1, 1)
                    .bytes());
            assertThat(model.encode("a".repeat(1 << 20))).hasSizeGreaterThan(1 << 18);
        }
    }

    @Test
    void otherTypesAndBrokenModelsAreRefused() {
        assertThatThrownBy(
                        () -> SentencePiece.parse(ModelBytes.ofType(3).usual().bytes()))
                .hasMessageContaining("model type 3");
        assertThatThrownBy(() -> SentencePiece.parse(new byte[0])).hasMessageContaining("unknown one");
        assertThatThrownBy(() -> SentencePiece.parse(
                        ModelBytes.ofType(1).usual().piece("<s>", 0, 1).bytes()))
                .hasMessageContaining("is also piece 1");
        assertThatThrownBy(() -> SentencePiece.parse(ModelBytes.ofType(1)
                        .usual()
                        .charsMap(new byte[] {8, 0, 0, 0, 1})
                        .bytes()))
                .hasMessageContaining("charsmap");
        byte[] whole = ModelBytes.ofType(1).usual().bytes();
        for (int length = 1; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            try {
                SentencePiece.parse(part); // cut between two fields it is a smaller model
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }

    private static List<String> surfaces(SentencePiece model, String text) {
        return model.encode(text).stream().map(Piece::surface).toList();
    }
}
