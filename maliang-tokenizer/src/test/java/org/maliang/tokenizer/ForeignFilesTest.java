package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vocabularies that are not a tokenizer.json, small enough to follow by hand. */
class ForeignFilesTest {
    private static final String BYTES_VOCABULARY = """
            {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<|endoftext|>": 4, "<|startoftext|>": 5, "<mask>": 6,
             "h": 7, "i": 8, "Ġ": 9, "hi": 10, "Ġhi": 11, "i</w>": 12, "hi</w>": 13, "H": 14, "!": 15, "!</w>": 16}""";
    private static final String MERGES = "#version: 0.2\nh i\nĠ hi\nh i</w>\n";

    @TempDir
    Path directory;

    @Test
    void gpt2LeavesTextBare() throws IOException {
        bytePairs("{}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("hi hi<|endoftext|>")).containsExactly(10, 11, 4);
            assertThat(tokenizer.encodeWithSpecials("hi").ids()).containsExactly(10);
            assertThat(tokenizer.decode(new int[] {10, 11, 4})).isEqualTo("hi hi");
            assertThat(tokenizer.vocabularySize()).isEqualTo(17);
        }
    }

    @Test
    void robertaFramesTextsWithDoubledEnds() throws IOException {
        bytePairs("{\"tokenizer_class\": \"RobertaTokenizerFast\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encodeWithSpecials("hi <mask>").ids()).containsExactly(0, 10, 6, 2);
            Encoding pair = tokenizer.encodePair("hi", " hi");
            assertThat(pair.ids()).containsExactly(0, 10, 2, 2, 11, 2);
            assertThat(pair.typeIds()).containsOnly(0).hasSize(6);
        }
    }

    @Test
    void optBeginsEveryText() throws IOException {
        write("config.json", "{\"model_type\": \"opt\"}");
        bytePairs("{\"tokenizer_class\": \"GPT2Tokenizer\", \"bos_token\": {\"content\": \"</s>\"}}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encodeWithSpecials("hi").ids()).containsExactly(2, 10);
            assertThat(tokenizer.encodePair("hi", "hi").ids()).containsExactly(2, 10, 2, 10);
        }
    }

    @Test
    void clipLowersAndEndsWords() throws IOException {
        bytePairs("{\"tokenizer_class\": \"CLIPTokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            int[] ids = tokenizer.encodeWithSpecials("Hi   HI!").ids();
            assertThat(ids).containsExactly(5, 13, 13, 16, 4);
            assertThat(tokenizer.decode(ids)).isEqualTo("hi hi !");
            assertThat(Trained.streamed(tokenizer, ids)).isEqualTo("hi hi !");
        }
    }

    @Test
    void otherClassesAreRefusedByName() throws IOException {
        bytePairs("{\"tokenizer_class\": \"CTRLTokenizer\"}");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("CTRLTokenizer");
    }

    @Test
    void theFilesBesideAddTokens() throws IOException {
        write("added_tokens.json", "{\"<sep>\": 20, \"plain\": 17}");
        write("special_tokens_map.json", "{\"sep_token\": \"<sep>\", \"additional_special_tokens\": [\"<end>\"]}");
        bytePairs("{\"added_tokens_decoder\": {\"30\": {\"content\": \"<far>\", \"special\": true}}}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("hi<sep>plain<far><end>hi")).containsExactly(10, 20, 17, 30, 31, 10);
            assertThat(tokenizer.decode(new int[] {10, 20, 17, 30, 31, 10})).isEqualTo("hiplainhi");
            assertThat(tokenizer.vocabularySize()).isEqualTo(32);
        }
    }

    @Test
    void twoTokensCannotShareAnId() throws IOException {
        write("added_tokens.json", "{\"<sep>\": 10}");
        bytePairs("{}");
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("'<sep>' has the id 10, which is that of 'hi'");
    }

    @Test
    void specialTokensCanBeText() throws IOException {
        bytePairs("{\"split_special_tokens\": true}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("<|endoftext|>hi")).doesNotContain(4);
            assertThat(tokenizer.decode(new int[] {4, 10})).isEqualTo("hi");
        }
    }

    @Test
    void aTokenizerJsonGetsMoreTokens() throws IOException {
        TokenizerTrainer.bytes(TrainingOptions.of(400)).train(Samples.poems()).write(directory);
        int size;
        try (Tokenizer bare = Tokenizer.load(directory)) {
            size = bare.vocabularySize();
        }
        write("added_tokens.json", "{\"<sep>\": " + size + "}");
        write("special_tokens_map.json", "{\"sep_token\": \"<sep>\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("<sep>")).containsExactly(size);
            assertThat(tokenizer.decode(new int[] {size})).isEmpty();
        }
    }

    /** AliceMind's: jieba cuts first, so that no entry reaches over the end of a word. */
    @Test
    void wordsAreEncodedByThemselves() throws IOException {
        String json = """
                {"added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null,
                 "decoder": {"type": "Fuse"}, "model": {"type": "BPE", "unk_token": null, "vocab":
                 {"北": 0, "京": 1, "大": 2, "北京": 3, "北京大": 4, "学": 5, "大学": 6, "的": 7, "学的": 8},
                 "merges": [["北", "京"], ["学", "的"], ["北京", "大"], ["大", "学"]]}}""";
        write("tokenizer.json", json);
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("北京大学的")).containsExactly(4, 8);
        }
        write("configuration.json", "{\"model\": {\"type\": \"gpt3\"}, \"megatron\": {\"world_size\": 1}}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("大学的")).containsExactly(6, 7);
            assertThat(tokenizer.decode(tokenizer.encode("北京的大学"))).isEqualTo("北京的大学");
        }
        Files.delete(directory.resolve("configuration.json"));
        write("tokenizer_config.json", "{\"tokenizer_class\": \"JiebaBPETokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("大学的")).containsExactly(6, 7);
        }
    }

    @Test
    void bertReadsItsOptions() throws IOException {
        write(
                "vocab.txt",
                "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nThe\r\nthe\r\n##m\r\n明\r\n月\r\ne\u0301\r\n\u00e9\r\ne\r\n");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encodeWithSpecials("Them 明月 é").ids()).containsExactly(2, 6, 7, 8, 9, 12, 3);
            Encoding pair = tokenizer.encodePair("明", "the");
            assertThat(pair.ids()).containsExactly(2, 8, 3, 6, 3);
            assertThat(pair.typeIds()).containsExactly(0, 0, 0, 1, 1);
        }
        write("tokenizer_config.json", "{\"do_lower_case\": false}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("The e\u0301 [MASK]")).containsExactly(5, 11, 4);
        }
        write("tokenizer_config.json", "{\"tokenize_chinese_chars\": false}");
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            assertThat(tokenizer.encode("明月")).containsExactly(1);
        }
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        write("vocab.txt", "a\nb\n");
        assertThatThrownBy(() -> Tokenizer.load(directory)).hasMessageContaining("it has no entry [UNK]");
        bytePairs("{}");
        write("merges.txt", "#version: 0.2\nh i x\n");
        assertThatThrownBy(() -> Tokenizer.load(directory)).hasMessageContaining("line 2 is not two entries");
        write("merges.txt", "#version: 0.2\nh q\n");
        assertThatThrownBy(() -> Tokenizer.load(directory)).isInstanceOf(TokenizerException.class);
        write("tokenizer_config.json", "[]");
        assertThatThrownBy(() -> Tokenizer.load(directory)).hasMessageContaining("it is not a JSON object");
    }

    @Test
    void framesCutTheLongerTextFirst() {
        Frame frame = Frame.bert(101, 102);
        int[] five = {1, 2, 3, 4, 5};
        int[] two = {6, 7};
        assertThat(frame.pair(five, two, 8).ids()).containsExactly(101, 1, 2, 3, 102, 6, 7, 102);
        assertThat(frame.pair(two, five, 7).ids()).containsExactly(101, 6, 7, 102, 1, 2, 102);
        assertThat(frame.pair(five, two, 6).ids()).containsExactly(101, 1, 2, 102, 6, 102);
        assertThat(frame.single(five, 4).ids()).containsExactly(101, 1, 2, 102);
        assertThat(frame.single(five, 2).ids()).containsExactly(101, 102);
        assertThatThrownBy(() -> frame.single(five, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Frame.NONE.pair(five, two).typeIds()).containsExactly(0, 0, 0, 0, 0, 1, 1);
    }

    @Test
    void templatesAreRead() {
        String json = """
                {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": "<b>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                 "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                          {"SpecialToken": {"id": "<b>", "type_id": 2}}],
                 "special_tokens": {"<b>": {"id": "<b>", "ids": [9, 8], "tokens": ["<b>", "<c>"]}}}]}""";
        Frame frame = Frame.parse(Json.parse(json, directory), Map.of());
        assertThat(frame.single(new int[] {1}).ids()).containsExactly(9, 8, 1);
        assertThat(frame.pair(new int[] {1}, new int[] {2}).typeIds()).containsExactly(0, 1, 2, 2);
        assertThatThrownBy(() -> Frame.parse(Json.typed("Odd"), Map.of())).hasMessageContaining("Odd");
    }

    private void bytePairs(String config) throws IOException {
        write("vocab.json", BYTES_VOCABULARY);
        write("merges.txt", MERGES);
        write("tokenizer_config.json", config);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }
}
