package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTokenizerTest {
    /** BERT's kind: continued words begin with ##, blanks are not kept. */
    private static final String WORD_PIECE = """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
               "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null,
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "明": 1, "月": 2, "the": 3, "moon": 4, "##light": 5,
               ",": 6}}}
            """;

    @TempDir
    Path directory;

    @Test
    void runsOtherPeoplesFiles() {
        try (Tokenizer tokenizer = Trained.open(WORD_PIECE)) {
            int[] ids = tokenizer.encode("The moonlight, 明月");
            assertThat(tokenizer.tokens(ids)).containsExactly("the", "moon", "##light", ",", "明", "月");
            assertThat(tokenizer.decode(ids)).isEqualTo("the moonlight, 明 月");
            assertThat(Trained.streamed(tokenizer, ids)).isEqualTo("the moonlight, 明 月");
            assertThat(tokenizer.id("##light")).hasValue(5);
            assertThat(tokenizer.id("sun")).isEmpty();
        }
    }

    @Test
    void paddingAndTruncationAreSwitchedOff() {
        String json = WORD_PIECE
                .replace(
                        "\"truncation\": null",
                        "\"truncation\": {\"direction\": \"Right\", \"max_length\": 2, \"strategy\": \"LongestFirst\", \"stride\": 0}")
                .replace(
                        "\"padding\": null",
                        "\"padding\": {\"strategy\": {\"Fixed\": 9}, \"direction\": \"Right\", \"pad_to_multiple_of\": null,"
                                + " \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"[UNK]\"}");
        try (Tokenizer tokenizer = Trained.open(json)) {
            assertThat(tokenizer.encode("明月 the moon")).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(directory.resolve("tokenizer.json") + "; give a model directory");
        assertThatThrownBy(() -> Tokenizer.load(directory.resolve("nowhere.json")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("nowhere.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"model\": null}",
                "{\"model\": {\"type\": \"BPE\"}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": \"b\"}, \"merges\": []}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 2000000000}, \"merges\": []}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"b\"]]}}",
                "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"a\"]], \"unk_id\": 7}}",
                "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}",
                "{\"added_tokens\": null, \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}",
            })
    void brokenFilesAreRefused(String json) throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), json);
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("cannot read " + file)
                .hasMessageNotContaining("\n");
    }

    @Test
    void halfAFileIsRefused() throws IOException {
        String json = Trained.json(TokenizerTrainer.bytes(TrainingOptions.of(400)), Samples.poems());
        for (int part : List.of(1, 3, 10, 50, 90, 99)) {
            Path file = directory.resolve("tokenizer.json");
            Files.writeString(file, json.substring(0, json.length() * part / 100));
            assertThatThrownBy(() -> Tokenizer.load(file)).isInstanceOf(TokenizerException.class);
        }
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        Path file = Files.write(directory.resolve("tokenizer.json"), new byte[] {'{', (byte) 0xC3, '}'});
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("it is not UTF-8");
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("taken"), "");
        TrainedTokenizer trained =
                TokenizerTrainer.bytes(TrainingOptions.of(300)).train(Samples.poems());
        assertThatThrownBy(() -> trained.write(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("cannot write to " + file);
    }
}
