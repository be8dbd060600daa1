package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.tokenizer.parity.Goldens;

/** Where in a text its tokens stand, in chars of the text as it was given. */
class PlacedTokensTest {

    /** What normalising may leave out: blanks, one of them spelled as the models do, and what cannot be seen. */
    private static final String INVISIBLE = "[\\s\\p{Z}\\p{C}▁]*";

    @TempDir
    Path directory;

    private static List<String> parts(Tokenizer tokenizer, String text) {
        PlacedTokens placed = tokenizer.locate(text);
        assertThat(placed.ids()).containsExactly(tokenizer.encode(text));
        return IntStream.range(0, placed.length())
                .mapToObj(i -> text.substring(placed.starts()[i], placed.ends()[i]))
                .toList();
    }

    /** Case, accents and blanks that the normaliser changes or drops, characters outside the first plane, special tokens. */
    @Test
    void placesAreThoseOfTheTextAsGiven() throws IOException {
        Files.write(
                directory.resolve("vocab.txt"),
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "##m", "明", "月", "e"));
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(parts(tokenizer, "  Thém 明\uD83C\uDF19月 e\u0301[MASK]\n月"))
                    .containsExactly("Thé", "m", "明", "\uD83C\uDF19", "月", "e", "[MASK]", "月");
            assertThat(tokenizer.locate("").length()).isZero();
        }
    }

    @Test
    void bytesOfACharacterSpanTheWholeOfIt() {
        TokenizerTrainer.bytes(TrainingOptions.of(300).withMinFrequency(1))
                .train(Stream.of("春眠不觉晓"))
                .write(directory);
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            String text = "春\uD83C\uDF19晓";
            PlacedTokens placed = tokenizer.locate(text);
            assertThat(placed.starts()[0]).isZero();
            for (int i = 0; i < placed.length(); i++) {
                assertThat(placed.ends()[i]).isGreaterThan(placed.starts()[i]);
                assertThat(List.of(0, 1, 3)).contains(placed.starts()[i]);
            }
            assertThat(placed.ends()[placed.length() - 1]).isEqualTo(text.length());
        }
    }

    /** AliceMind's: the library counts from the beginning of jieba's words. */
    @Test
    void wordsThatAreCutBeforeAreCounted() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), """
                {"added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null,
                 "decoder": {"type": "Fuse"}, "model": {"type": "BPE", "unk_token": null, "vocab":
                 {"北": 0, "京": 1, "大": 2, "学": 3, "的": 4, "北京": 5, "大学": 6},
                 "merges": [["北", "京"], ["大", "学"]]}}""");
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"JiebaBPETokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(parts(tokenizer, "大学的北京的大学")).containsExactly("大学", "的", "北京", "的", "大学");
        }
    }

    /** The golden texts, full of what NFKC changes: places lie in order, in the text, and leave out blanks alone. */
    @ParameterizedTest
    @ValueSource(strings = {"unigram", "bpe_byte", "bpe_user"})
    void piecesCoverTheirText(String name) throws IOException {
        Path fixtures = Goldens.directory().resolve("tiny_sp");
        assumeThat(fixtures).isDirectory();
        JsonNode golden =
                new ObjectMapper().readTree(fixtures.resolve(name + ".json").toFile());
        try (Tokenizer tokenizer = Tokenizer.load(fixtures.resolve(name + ".model"))) {
            for (JsonNode one : golden.path("cases")) {
                String text = one.path("text").asText();
                PlacedTokens placed = tokenizer.locate(text);
                assertThat(placed.ids()).containsExactly(tokenizer.encode(text));
                int end = 0;
                for (int i = 0; i < placed.length(); i++) {
                    assertThat(placed.starts()[i]).isLessThanOrEqualTo(placed.ends()[i]);
                    assertThat(text.substring(Math.min(end, placed.starts()[i]), placed.starts()[i]))
                            .as("between pieces of \"%s\"", text)
                            .matches(INVISIBLE);
                    end = placed.ends()[i];
                }
                assertThat(text.substring(end)).matches(INVISIBLE);
            }
        }
    }

    @Test
    void halfACharacterIsRefused() throws IOException {
        placesAreThoseOfTheTextAsGiven();
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThatThrownBy(() -> tokenizer.locate("明\uD83C")).isInstanceOf(TokenizerException.class);
        }
    }

    @Test
    void framesTellWhereTheirTextsBegin() {
        int[] two = {8, 9};
        for (Frame frame :
                List.of(Frame.NONE, Frame.bert(1, 2), Frame.roberta(1, 2), Frame.around(new int[] {1}, two))) {
            int[] single = frame.single(two).ids();
            assertThat(single.length - frame.specials()).isEqualTo(2);
            assertThat(single[frame.start()]).isEqualTo(8);
            int[] pair = frame.pair(two, new int[] {5}).ids();
            assertThat(pair.length - frame.pairSpecials()).isEqualTo(3);
            assertThat(pair[frame.secondStart(2)]).isEqualTo(5);
        }
    }
}
