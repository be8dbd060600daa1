package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VocabularyPrunerTest {
    private static final List<String> CORPUS =
            List.of("床前明月光，疑是地上霜。", "春眠不觉晓", "the moon is bright", "明月<|endoftext|>");

    @TempDir
    Path directory;

    static Stream<TokenizerTrainer> trainers() {
        TrainingOptions options = TrainingOptions.of(600);
        return Stream.of(
                TokenizerTrainer.bytes(options),
                TokenizerTrainer.characters(options),
                TokenizerTrainer.unigram(options));
    }

    /** Text of the corpus is encoded as before; any other text still comes back. */
    @ParameterizedTest
    @MethodSource("trainers")
    void theCorpusIsEncodedAsBefore(TokenizerTrainer trainer) {
        trainer.train(Samples.poems()).write(directory);
        Path small = directory.resolve("small");
        PrunedVocabulary pruned;
        try (Tokenizer whole = Tokenizer.load(directory)) {
            pruned = TokenizerFiles.at(directory).pruned(ids(whole));
            pruned.write(small);
            assertThat(pruned.size()).isLessThan(whole.vocabularySize());
            try (Tokenizer tokenizer = Tokenizer.load(small)) {
                assertThat(tokenizer.vocabularySize()).isEqualTo(pruned.size());
                for (String text : CORPUS) {
                    int[] before = whole.encode(text);
                    int[] after = tokenizer.encode(text);
                    assertThat(after).isEqualTo(pruned.renumber(before));
                    assertThat(tokenizer.tokens(after)).isEqualTo(whole.tokens(before));
                }
                String other = "欲穷千里目 \u0000 龘 sunny";
                assertThat(tokenizer.decode(tokenizer.encode(other))).isEqualTo(other);
            }
        }
    }

    @Test
    void wordPieceKeepsItsFrame() throws IOException {
        Files.writeString(
                directory.resolve("vocab.txt"), "[PAD]\n[unused1]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n明\n月\n光\n##s\nthe\n");
        BitSet keep = new BitSet();
        keep.set(7);
        keep.set(10);
        PrunedVocabulary pruned = TokenizerFiles.at(directory).pruned(keep);
        assertThat(pruned.oldIds()).containsExactly(0, 2, 3, 4, 5, 7, 10);
        Path small = directory.resolve("small");
        pruned.write(small);
        try (Tokenizer tokenizer = Tokenizer.load(small)) {
            assertThat(tokenizer.encodeWithSpecials("明月 the").ids()).containsExactly(2, 1, 5, 6, 3);
        }
        assertThatThrownBy(() -> pruned.renumber(new int[] {8}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id 8 was pruned");
    }

    @Test
    void templatesAndTheirIdsMove() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), """
                {"added_tokens": [{"id": 4, "content": "<b>", "single_word": false, "lstrip": false, "rstrip": false,
                  "normalized": false, "special": true}], "normalizer": null, "pre_tokenizer": null, "decoder": null,
                 "post_processor": {"type": "TemplateProcessing",
                  "single": [{"SpecialToken": {"id": "<b>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                  "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                  "special_tokens": {"<b>": {"id": "<b>", "ids": [4], "tokens": ["<b>"]}}},
                 "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 5, "abc": 6},
                  "merges": ["a b", "b c", "ab c"]}}""");
        BitSet keep = new BitSet();
        keep.set(6);
        PrunedVocabulary pruned = TokenizerFiles.at(directory).pruned(keep);
        assertThat(pruned.oldIds()).containsExactly(0, 1, 2, 3, 4, 6); // abc = ab + c, ab = a + b
        Path small = directory.resolve("small");
        pruned.write(small);
        try (Tokenizer tokenizer = Tokenizer.load(small)) {
            assertThat(tokenizer.encodeWithSpecials("abcbc").ids()).containsExactly(4, 5, 1, 2);
        }
    }

    private static BitSet ids(Tokenizer tokenizer) {
        var ids = new BitSet();
        for (String text : CORPUS) {
            for (int id : tokenizer.encode(text)) {
                ids.set(id);
            }
        }
        return ids;
    }
}
