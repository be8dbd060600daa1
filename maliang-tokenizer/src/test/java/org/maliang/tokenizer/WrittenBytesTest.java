package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tokenizer.sentencepiece.ModelBytes;

/** The bytes of tokens, put together, are the text that streams write. */
class WrittenBytesTest {

    private static final String BERT = """
            {"added_tokens": [{"id": 0, "content": "[UNK]", "special": true, "normalized": false,
              "single_word": false, "lstrip": false, "rstrip": false}],
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "pre_tokenizer": {"type": "Whitespace"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100,
              "vocab": {"[UNK]": 0, "春": 1, "##春": 2, "spring": 3, "##s": 4, ".": 5, ",": 6, "##.": 7, "'": 8, "##风": 9}}}
            """;
    private static final String LLAMA = """
            {"added_tokens": [{"id": 0, "content": "<s>", "special": true, "normalized": false,
              "single_word": false, "lstrip": false, "rstrip": false}],
             "decoder": {"type": "Sequence", "decoders": [
              {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
              {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
             "model": {"type": "BPE", "merges": [], "byte_fallback": true,
              "vocab": {"<s>": 0, "▁": 1, "春": 2, "▁▁": 3, "▁a": 4, "b": 5, "<0x0A>": 6, "<0xE6>": 7, "<0x98>": 8,
               "<0xA5>": 9, "▁春天": 10, "<0x41>": 11}}}
            """;

    @TempDir
    Path directory;

    @Test
    void ofTrainedTokenizers() {
        check(Trained.BYTES);
        check(Trained.CHARACTERS);
        check(Trained.UNIGRAM);
    }

    @Test
    void ofWordPieces() {
        try (Tokenizer tokenizer = Trained.open(BERT)) {
            check(tokenizer);
            assertThat(tokenizer.bytes(3, true)).isEqualTo("spring".getBytes(UTF_8));
            assertThat(tokenizer.bytes(3, false)).isEqualTo(" spring".getBytes(UTF_8));
            assertThat(tokenizer.bytes(4, false)).isEqualTo("s".getBytes(UTF_8));
            assertThat(tokenizer.bytes(0, false)).isEmpty();
        }
    }

    @Test
    void ofPieces() throws IOException {
        try (Tokenizer tokenizer = Trained.open(LLAMA)) {
            check(tokenizer);
            assertThat(tokenizer.bytes(4, true)).isEqualTo("a".getBytes(UTF_8));
            assertThat(tokenizer.bytes(4, false)).isEqualTo(" a".getBytes(UTF_8));
        }
        var model = ModelBytes.ofType(1).usual().trainer(35, 1);
        for (int value = 0; value < 256; value++) {
            model.piece("<0x%02X>".formatted(value), 0, 6);
        }
        for (String piece : List.of("▁", "a", "▁a", "▁▁", "春", "▁春", "b▁c")) {
            model.piece(piece, -1, 1);
        }
        Files.write(directory.resolve("spiece.model"), model.bytes());
        try (Tokenizer tokenizer = Tokenizer.load(directory.resolve("spiece.model"))) {
            assertThat(tokenizer.bytes(tokenizer.id("▁春").orElseThrow(), true)).isEqualTo("春".getBytes(UTF_8));
            assertThat(tokenizer.bytes(tokenizer.id("▁春").orElseThrow(), false)).isEqualTo(" 春".getBytes(UTF_8));
            assertThat(tokenizer.bytes(0, false)).isEmpty();
            check(tokenizer);
        }
    }

    @Test
    void refusesWhatDependsOnWhatFollows() {
        String suffixed = BERT.replace(
                "\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true",
                "\"type\": \"BPEDecoder\", \"suffix\": \"</w>\"");
        try (Tokenizer tokenizer = Trained.open(suffixed)) {
            assertThatThrownBy(() -> tokenizer.bytes(1, false))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("BPEDecoder");
        }
    }

    /** Random tokens with a text, until what they spell is whole characters. */
    private static void check(Tokenizer tokenizer) {
        var random = new Random(7);
        int compared = 0;
        for (int round = 0; round < 3000; round++) {
            int[] ids = random.ints(1 + random.nextInt(6), 0, tokenizer.vocabularySize())
                    .toArray();
            var bytes = new ByteArrayOutputStream();
            boolean silent = false;
            for (int i = 0; i < ids.length; i++) {
                byte[] own = tokenizer.bytes(ids[i], i == 0);
                silent |= own.length == 0;
                bytes.writeBytes(own);
            }
            String text = bytes.toString(UTF_8);
            if (!silent && text.indexOf('\uFFFD') < 0) {
                assertThat(Trained.streamed(tokenizer, ids)).isEqualTo(text);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(300);
    }
}
