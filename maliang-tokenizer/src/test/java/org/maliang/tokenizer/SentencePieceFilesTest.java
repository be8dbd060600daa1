package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tokenizer.sentencepiece.ModelBytes;

/** The ids that families give to the pieces of one small model. */
class SentencePieceFilesTest {
    @TempDir
    Path directory;

    /** unk 0, s 1, /s 2, ▁ 3, a 4, ▁b 5, 明月 6. */
    @BeforeEach
    void model() throws IOException {
        byte[] model = ModelBytes.ofType(1)
                .usual()
                .piece("▁", -2, 1)
                .piece("a", -2, 1)
                .piece("▁b", -2, 1)
                .piece("明月", -2, 1)
                .bytes();
        Files.write(directory.resolve("spiece.model"), model);
    }

    @Test
    void bareFilesGiveBarePieces() {
        try (Tokenizer tokenizer = Tokenizer.load(directory.resolve("spiece.model"))) {
            assertThat(tokenizer.encode("a b 明月")).containsExactly(3, 4, 5, 3, 6);
            assertThat(tokenizer.encodeWithSpecials("a").ids()).containsExactly(3, 4);
            assertThat(tokenizer.decode(new int[] {1, 3, 4, 5, 3, 6, 0, 2})).isEqualTo("a b 明月 ⁇ ");
            assertThat(tokenizer.decode(new int[] {1, 5, 2}, true)).isEqualTo("<s>b</s>");
            assertThat(Trained.streamed(tokenizer, new int[] {1, 3, 4, 5, 3, 6, 0}))
                    .isEqualTo("a b 明月 ⁇ ");
            assertThat(tokenizer.specialIds()).containsExactlyInAnyOrder(1, 2);
            assertThat(tokenizer.encode("<s>")).contains(0).doesNotContain(1);
            assertThatThrownBy(() -> tokenizer.token(7)).isInstanceOf(TokenizerException.class);
        }
    }

    /** Blanks that only the model needs stand for nothing; those of the text, and what the normaliser leaves out, count. */
    @Test
    void piecesKnowTheirPlaces() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(directory.resolve("spiece.model"))) {
            PlacedTokens placed = tokenizer.locate("  a  b \uD83C\uDF19\uD83C\uDF19明月 ");
            assertThat(placed.ids()).containsExactly(tokenizer.encode("  a  b \uD83C\uDF19\uD83C\uDF19明月 "));
            assertThat(placed.ids()).containsExactly(3, 4, 5, 3, 0, 6);
            assertThat(placed.starts()).containsExactly(2, 2, 3, 6, 7, 11);
            assertThat(placed.ends()).containsExactly(2, 3, 6, 7, 11, 13);
            assertThat(tokenizer.locate(" ").length()).isZero();
        }
        for (String legacy : List.of("true", "false")) {
            config("{\"tokenizer_class\": \"T5Tokenizer\", \"extra_ids\": 3, \"legacy\": " + legacy + "}");
            try (Tokenizer tokenizer = Tokenizer.load(directory)) {
                String text = "a<extra_id_0>明月 b</s>";
                PlacedTokens placed = tokenizer.locate(text);
                assertThat(placed.ids()).containsExactly(tokenizer.encode(text));
                assertThat(IntStream.range(0, placed.length())
                                .mapToObj(i -> text.substring(placed.starts()[i], placed.ends()[i]))
                                .filter(part -> !part.isEmpty()))
                        .containsExactly("a", "<extra_id_0>", "明月", " b", "</s>");
            }
        }
    }

    @Test
    void t5HasSentinels() throws IOException {
        config("{\"tokenizer_class\": \"T5Tokenizer\", \"extra_ids\": 3}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(10);
            assertThat(tokenizer.id("<extra_id_0>")).hasValue(9);
            assertThat(tokenizer.id("<extra_id_2>")).hasValue(7);
            assertThat(tokenizer.encodeWithSpecials("a <extra_id_0> b</s>").ids())
                    .containsExactly(3, 4, 9, 5, 2, 2);
            assertThat(tokenizer.encodePair("a", "b").ids()).containsExactly(3, 4, 2, 5, 2);
        }
        Files.delete(directory.resolve("tokenizer_config.json"));
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"mt5\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.id("<extra_id_0>")).hasValue(106);
        }
    }

    @Test
    void fairseqMovesTheFirstPieces() throws IOException {
        config("{\"tokenizer_class\": \"XLMRobertaTokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encodeWithSpecials("a 明月 龘").ids()).containsExactly(0, 4, 5, 4, 7, 4, 3, 2);
            assertThat(tokenizer.encodePair("a", "b").ids()).containsExactly(0, 4, 5, 2, 2, 6, 2);
            assertThat(tokenizer.id("<mask>")).hasValue(8);
            assertThat(tokenizer.decode(new int[] {0, 4, 5, 4, 7, 2})).isEqualTo("a 明月");
        }
        config("{\"tokenizer_class\": \"MBartTokenizer\", \"src_lang\": \"zh_CN\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            int chinese = tokenizer.id("zh_CN").orElseThrow();
            assertThat(chinese).isEqualTo(8 + 24);
            assertThat(tokenizer.encodeWithSpecials("a").ids()).containsExactly(4, 5, 2, chinese);
        }
    }

    @Test
    void llamaBeginsTexts() throws IOException {
        config("{\"tokenizer_class\": \"LlamaTokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encodeWithSpecials("a</s>a").ids()).containsExactly(1, 3, 4, 2, 3, 4);
        }
        config("{\"tokenizer_class\": \"LlamaTokenizer\", \"legacy\": false, \"add_eos_token\": true}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encodeWithSpecials("a</s>a").ids()).containsExactly(1, 3, 4, 2, 4, 2);
        }
    }

    @Test
    void otherClassesAreRefusedByName() throws IOException {
        config("{\"tokenizer_class\": \"AlbertTokenizer\"}");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("AlbertTokenizer");
    }

    private void config(String json) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), json);
    }
}
