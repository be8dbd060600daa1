package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharacterTokenizerTest {
    @TempDir
    static Path directory;

    static Tokenizer tokenizer;

    @BeforeAll
    static void train() {
        TrainingOptions options =
                TrainingOptions.of(600).withSpecialTokens(List.of("<|endoftext|>", "<|七言绝句|>", "<|词:如梦令|>"));
        TokenizerTrainer.characters(options).train(Samples.poems()).write(directory);
        tokenizer = Tokenizer.load(directory);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void everyHanCharacterAndMarkIsOneToken() {
        assertThat(tokens("明月光，\n疑是地上霜。")).containsExactly("明", "月", "光", "，", "\n", "疑", "是", "地", "上", "霜", "。");
    }

    @Test
    void otherScriptsMerge() {
        assertThat(tokens("see the moon")).endsWith(" the", " moon");
    }

    @Test
    void specialTokensComeFirstAndAreRecognisedInText() {
        assertThat(tokenizer.id("<|endoftext|>")).hasValue(0);
        assertThat(tokens("<|七言绝句|>明月")).containsExactly("<|七言绝句|>", "明", "月");
        assertThat(tokenizer.specialIds()).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(tokenizer.decode(tokenizer.encode("<|七言绝句|>明月"))).isEqualTo("明月");
        assertThat(tokenizer.decode(tokenizer.encode("<|七言绝句|>明月"), true)).isEqualTo("<|七言绝句|>明月");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "明月",
                "a\tb\r\n\n  c　d \u00A0e\u0000f",
                "😀👨‍👩‍👧𠀀𰻞", // emoji with joiners, characters outside the basic plane
                "<0x41>▁Ġ\uFFFD\uFEFF",
                " leading and trailing  ",
                "鿿龘㐀"
            })
    void textComesBackExactly(String text) {
        int[] ids = tokenizer.encode(text);
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
        assertThat(streamed(ids)).isEqualTo(text);
    }

    @Test
    void rareCharactersAreSpelledInBytes() {
        assertThat(tokens("𠀀")).containsExactly("<0xF0>", "<0xA0>", "<0x80>", "<0x80>");
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThatThrownBy(() -> tokenizer.encode("明\uD83D月"))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("(U+D83D) at character 1");
    }

    @Test
    void unknownIdsAreRefused() {
        assertThatThrownBy(() -> tokenizer.decode(new int[] {1 << 20}))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("outside the vocabulary");
    }

    @Test
    void encodeAllKeepsTheOrder() {
        List<String> texts = Samples.poems().toList();
        List<int[]> all = tokenizer.encodeAll(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(all.get(i)).containsExactly(tokenizer.encode(texts.get(i)));
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        Tokenizer closed = Tokenizer.load(directory);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.encode("明")).hasMessageContaining("used after close");
    }

    @Test
    void theVocabularyIsFilledByFrequency() {
        TokenizerTrainer.characters(TrainingOptions.of(1 + 256 + 3))
                .train(Stream.of("月月月月明明明人人春春"))
                .write(directory.resolve("small"));
        try (Tokenizer small = Tokenizer.load(directory.resolve("small"))) {
            assertThat(small.vocabularySize()).isEqualTo(260);
            assertThat(small.tokens(new int[] {257, 258, 259})).containsExactly("月", "明", "人");
        }
    }

    private static List<String> tokens(String text) {
        return tokenizer.tokens(tokenizer.encode(text));
    }

    private static String streamed(int[] ids) {
        TextStream stream = tokenizer.stream();
        return Arrays.stream(ids).mapToObj(stream::push).collect(Collectors.joining()) + stream.flush();
    }
}
