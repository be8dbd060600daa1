package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainerTest {

    static Stream<Function<TrainingOptions, TokenizerTrainer>> trainers() {
        return Stream.of(TokenizerTrainer::bytes, TokenizerTrainer::characters, TokenizerTrainer::unigram);
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void theSameBytesHoweverManyThreads(Function<TrainingOptions, TokenizerTrainer> trainer) {
        TrainingOptions options = TrainingOptions.of(900);
        String one = Trained.json(trainer.apply(options.withThreads(1)), shuffledVerses());
        assertThat(Trained.json(trainer.apply(options.withThreads(2)), shuffledVerses()))
                .isEqualTo(one);
        assertThat(Trained.json(trainer.apply(options.withThreads(4)), shuffledVerses()))
                .isEqualTo(one);
    }

    /** More text than one thread counts at a time. */
    private static Stream<String> shuffledVerses() {
        var random = new Random(7);
        List<String> lines = Samples.poems().flatMap(String::lines).toList();
        return IntStream.range(0, 900).mapToObj(document -> {
            var text = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                String line = lines.get(random.nextInt(lines.size()));
                text.append(line, 0, line.offsetByCodePoints(0, random.nextInt(line.codePointCount(0, line.length()))));
            }
            return text.toString();
        });
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void specialTokensInTheTextAreNotLearned(Function<TrainingOptions, TokenizerTrainer> trainer) throws IOException {
        TrainingOptions options = TrainingOptions.of(600).withSpecialTokens(List.of("<|end|>", "<|end", "词牌"));
        String plain = Trained.json(trainer.apply(options), Samples.poems());
        Stream<String> marked = Samples.poems().flatMap(poem -> Stream.of("<|end|>" + poem + "词牌", "词牌<|end|><|end"));
        assertThat(Trained.json(trainer.apply(options), marked)).isEqualTo(plain);
        try (Tokenizer tokenizer = Trained.open(plain)) {
            assertThat(tokenizer.tokens(tokenizer.encode("<|end|>词牌<|end"))).containsExactly("<|end|>", "词牌", "<|end");
            assertThat(tokenizer.specialIds()).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void wordsOfTheTextAreCutAsTheByteTrainerCutThem() {
        WordCounts counts = new WordCounter(new Gpt2Split(), TrainingOptions.of(600)).count(Samples.poems());
        List<String> alphabet = ByteTrainer.alphabet();
        SymbolWords words = ByteTrainer.symbolWords(counts, alphabet);
        var learner = new MergeLearner(words, alphabet, 599, TrainingOptions.of(600));
        learner.learn();
        for (int w = 0; w < words.size(); w++) {
            String word = new String(counts.bytes(), counts.start(w), counts.end(w) - counts.start(w), UTF_8);
            List<String> cut = new ArrayList<>();
            for (int i = 0; i < words.lengths()[w]; i++) {
                cut.add(learner.entries().get(words.symbols()[words.starts()[w] + i]));
            }
            assertThat(Trained.BYTES.tokens(Trained.BYTES.encode(word)))
                    .as(word)
                    .isEqualTo(cut);
        }
    }

    @Test
    void theUnigramCutIsTheMostProbable() throws IOException {
        String json = Trained.json(TokenizerTrainer.unigram(TrainingOptions.of(600)), Samples.poems());
        Map<String, Double> scores = new HashMap<>();
        for (JsonNode entry : new ObjectMapper().readTree(json).at("/model/vocab")) {
            scores.put(entry.get(0).asText(), entry.get(1).asDouble());
        }
        for (String word : List.of("床前明月光", "举头望明月", "春眠不觉晓处处闻啼鸟", " moon", " the")) {
            List<String> cut = Trained.UNIGRAM.tokens(Trained.UNIGRAM.encode(word));
            double score = cut.stream().mapToDouble(scores::get).sum();
            assertThat(score).as("%s", cut).isCloseTo(best(word, scores), within(1e-9));
        }
    }

    /** The score of the best way to cut a word, by trying all ways. */
    private static double best(String word, Map<String, Double> scores) {
        double best = word.isEmpty() ? 0 : Double.NEGATIVE_INFINITY;
        for (int end = 1; end <= word.length(); end++) {
            Double score = scores.get(word.substring(0, end));
            best = score == null ? best : Math.max(best, score + best(word.substring(end), scores));
        }
        return best;
    }

    @Test
    void unigramLearnsWords() {
        String[] parts = {"明月", "春风", "江南", "故人", "白", "青", "一", "山"};
        var random = new Random(3);
        Stream<String> documents = IntStream.range(0, 400).mapToObj(d -> {
            var text = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            return text.toString();
        });
        // 12 characters and the four words they make
        TrainingOptions options = TrainingOptions.of(1 + 257 + 12 + 4);
        try (Tokenizer tokenizer = Trained.open(Trained.json(TokenizerTrainer.unigram(options), documents))) {
            assertThat(tokenizer.tokens(tokenizer.encode("故人一白明月青春风江南山")))
                    .containsExactly("故人", "一", "白", "明月", "青", "春风", "江南", "山");
        }
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void textIsNeeded(Function<TrainingOptions, TokenizerTrainer> trainer) {
        TokenizerTrainer any = trainer.apply(TrainingOptions.of(1000));
        assertThatThrownBy(() -> any.train(Stream.of()))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("the corpus holds no text");
        assertThatThrownBy(() -> any.train(Stream.of("", "<|endoftext|>")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("the corpus holds no text");
        assertThatThrownBy(() -> any.train(Stream.of("明月", "明\uD83D")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("(U+D83D) at character 1 of document 2");
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void theVocabularyNeedsRoom(Function<TrainingOptions, TokenizerTrainer> trainer) {
        assertThatThrownBy(() -> trainer.apply(TrainingOptions.of(257)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a vocabulary of 257 has no room");
    }

    @Test
    void unigramNeedsRoomForTheCharacters() {
        TokenizerTrainer trainer = TokenizerTrainer.unigram(TrainingOptions.of(300));
        assertThatThrownBy(() -> trainer.train(Samples.poems()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ask for more than");
    }

    @Test
    void optionsAreChecked() {
        TrainingOptions options = TrainingOptions.of(1000);
        assertThatThrownBy(() -> options.withMinFrequency(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withThreads(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withSpecialTokens(List.of(""))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withSpecialTokens(List.of("a", "a"))).hasMessageContaining("given twice");
        TokenizerTrainer clash = TokenizerTrainer.bytes(options.withSpecialTokens(List.of("é")));
        assertThatThrownBy(() -> clash.train(Samples.poems())).hasMessageContaining("'é' is also how the vocabulary");
    }

    @Test
    void progressIsTold() {
        Map<String, Long> stages = new HashMap<>();
        TrainingOptions options = TrainingOptions.of(600).withProgress((stage, done, total) -> stages.put(stage, done));
        TokenizerTrainer.unigram(options).train(Samples.poems());
        TokenizerTrainer.bytes(options).train(Samples.poems());
        assertThat(stages).containsOnlyKeys("counting words", "finding repeats", "pruning entries", "merging pairs");
        assertThat(stages.get("counting words")).isEqualTo(Samples.poems().count());
    }
}
