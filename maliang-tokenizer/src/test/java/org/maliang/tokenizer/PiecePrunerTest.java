package org.maliang.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.tokenizer.parity.Goldens;
import org.maliang.tokenizer.sentencepiece.ModelBytes;

/** SentencePiece vocabularies without what a corpus does not need. */
class PiecePrunerTest {
    @TempDir
    private Path directory;

    /** unk 0, s 1, /s 2, a 3, b 4, c 5, ab 6, bc 7, abc 8, d 9, ▁ 10, cd 11 (unused). */
    @Test
    void pairsKeepTheirHalves() throws IOException {
        byte[] model = ModelBytes.ofType(2)
                .usual()
                .piece("a", -9, 1)
                .piece("b", -9, 1)
                .piece("c", -9, 1)
                .piece("ab", -1, 1)
                .piece("bc", -2, 1)
                .piece("abc", -3, 1)
                .piece("d", -9, 1)
                .piece("▁", -9, 1)
                .piece("cd", -8, 5)
                .normalizer(3, 0)
                .bytes();
        Files.write(directory.resolve("tokenizer.model"), model);
        PrunedVocabulary pruned = prune(List.of("abc"));
        assertThat(pruned.oldIds()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11);
        Files.write(
                directory.resolve("tokenizer.model"),
                ModelBytes.ofType(2)
                        .usual()
                        .piece("a", -9, 1)
                        .piece("b", -9, 1)
                        .piece("c", -9, 1)
                        .piece("ab", -1, 1)
                        .normalizer(3, 0)
                        .bytes());
        assertThat(prune(List.of("ab")).oldIds()).containsExactly(0, 1, 2, 3, 4, 6);
        assertThat(prune(List.of("b")).oldIds()).containsExactly(0, 1, 2, 4);
    }

    @Test
    void probabilitiesKeepWhatScoresAreReckonedFrom() throws IOException {
        ModelBytes model = ModelBytes.ofType(1)
                .usual()
                .piece("▁", -3, 1)
                .piece("明", -4, 1)
                .piece("月", -5, 1)
                .piece("光", -1, 1)
                .piece("霜", -12, 1)
                .piece("<词>", 0, 4);
        Files.write(directory.resolve("spiece.model"), model.bytes());
        PrunedVocabulary pruned = prune(List.of("明"));
        assertThat(pruned.oldIds()).containsExactly(0, 1, 2, 3, 4, 6, 7, 8);
        assertSame(List.of("明", "明<词>明", "春 明"), pruned);
    }

    /** Sentinels, and tokens that other files add, move with the rest. */
    @Test
    void addedTokensAreRenumbered() throws IOException {
        ModelBytes model = ModelBytes.ofType(1).usual();
        for (String letter : "▁,a,b,c,明,月,光,霜".split(",")) {
            model.piece(letter, -2, 1);
        }
        Files.write(directory.resolve("spiece.model"), model.bytes());
        Files.writeString(directory.resolve("tokenizer_config.json"), """
                {"tokenizer_class": "T5Tokenizer", "extra_ids": 2,
                 "added_tokens_decoder": {"13": {"content": "<诗>", "special": true}}}""");
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<词>\": 14}");
        PrunedVocabulary pruned = prune(List.of("明月 a"));
        assertThat(pruned.size()).isEqualTo(3 + 4 + 2 + 2);
        assertSame(List.of("明月 a", "<extra_id_0> 明<extra_id_1><诗>月<词>"), pruned);
        Path small = directory.resolve("small");
        assertThat(Json.read(small.resolve("added_tokens.json")).path("<词>").asInt())
                .isEqualTo(10);
        assertThat(Json.read(small.resolve("tokenizer_config.json"))
                        .path("added_tokens_decoder")
                        .has("9"))
                .isTrue();
    }

    @Test
    void fairseqsOrderStays() throws IOException {
        ModelBytes model = ModelBytes.ofType(1).usual();
        for (String letter : "▁,a,b,明,月".split(",")) {
            model.piece(letter, -2, 1);
        }
        Files.write(directory.resolve("sentencepiece.bpe.model"), model.bytes());
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}");
        PrunedVocabulary pruned = prune(List.of("月 b"));
        assertThat(pruned.oldIds()).containsExactly(0, 1, 2, 3, 4, 6, 8, 9);
        assertSame(List.of("月 b", "b<mask>"), pruned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unigram", "bpe_byte", "bpe_user"})
    void trainedModelsCutTheCorpusAsBefore(String name) throws IOException {
        Path fixtures = Goldens.directory().resolve("tiny_sp");
        assumeTrue(Files.isDirectory(fixtures), "no fixtures");
        Files.copy(fixtures.resolve(name + ".model"), directory.resolve("tokenizer.model"));
        List<String> texts = texts(fixtures.resolve(name + ".json"));
        List<String> corpus = texts.subList(0, texts.size() / 2);
        PrunedVocabulary pruned = prune(corpus);
        assertSame(corpus, pruned);
        assertThat(pruned.size()).isLessThan(size(directory));
    }

    @Test
    void cpmKeepsItsTwoOrders() throws IOException {
        Path cpm = Goldens.directory().resolve("vocab/cpm");
        assumeTrue(Files.isDirectory(cpm), "no fixtures");
        Files.copy(cpm.resolve("chinese_vocab.model"), directory.resolve("chinese_vocab.model"));
        Files.copy(cpm.resolve("vocab.json"), directory.resolve("vocab.json"));
        List<String> texts = texts(Goldens.directory().resolve("cpm.json"));
        PrunedVocabulary pruned = prune(texts);
        assertThat(pruned.size()).isLessThan(2000);
        assertSame(texts, pruned);
    }

    private static List<String> texts(Path golden) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : Json.MAPPER.readTree(golden.toFile()).path("cases")) {
            texts.add(one.path("text").asText());
        }
        return texts;
    }

    private static int size(Path place) {
        try (Tokenizer tokenizer = Tokenizer.load(place)) {
            return tokenizer.vocabularySize();
        }
    }

    private PrunedVocabulary prune(List<String> corpus) {
        var used = new BitSet();
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            tokenizer.encodeAll(corpus).forEach(ids -> {
                for (int id : ids) {
                    used.set(id);
                }
            });
        }
        PrunedVocabulary pruned = TokenizerFiles.at(directory).pruned(used);
        pruned.write(directory.resolve("small"));
        return pruned;
    }

    private void assertSame(List<String> texts, PrunedVocabulary pruned) {
        try (Tokenizer before = Tokenizer.load(directory);
                Tokenizer after = Tokenizer.load(directory.resolve("small"))) {
            assertThat(after.vocabularySize()).isEqualTo(pruned.size());
            assertThat(after.specialIds()).hasSameSizeAs(before.specialIds());
            for (String text : texts) {
                int[] old = before.encode(text);
                int[] now = after.encode(text);
                assertThat(after.tokens(now)).as(text).isEqualTo(before.tokens(old));
                assertThat(now).isEqualTo(pruned.renumber(old));
                assertThat(after.decode(now)).isEqualTo(before.decode(old));
            }
        }
    }
}
