package org.maliang.model.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.Decoder;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.model.read.TextEmbedder.Pooling;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;

/** Texts in batches, padded and in windows, against one text at a time. */
class ReadingTest {

    private static final String POEM = "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少";
    private static final List<String> TEXTS = List.of("春眠", POEM, "", "花", "鸟啼花落", POEM + POEM, "夜来");
    private static final int CONTEXT = 16;
    private static final Offset<Double> TINY = within(2e-4);

    @TempDir
    static Path directory;

    private static Tokenizer tokenizer;
    private static Decoder decoder;

    @BeforeAll
    static void create() {
        Threads.threads(1);
        TokenizerTrainer.characters(TrainingOptions.of(300).withMinFrequency(1))
                .train(Stream.of(POEM))
                .write(directory);
        tokenizer = Tokenizer.load(directory);
        decoder = Models.decoder(gpt(tokenizer.vocabularySize() + 9), 3);
    }

    private static ObjectNode gpt(int vocabulary) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2").put("vocab_size", vocabulary).put("n_positions", CONTEXT);
        config.put("n_embd", 24).put("n_layer", 2).put("n_head", 3).put("initializer_range", 0.25);
        return config.put("bos_token_id", 0).put("eos_token_id", 0);
    }

    @AfterAll
    static void close() {
        decoder.close();
        tokenizer.close();
    }

    /** The log-probabilities of the next token after every prefix of at most a context: {@code [ids][vocabulary]}. */
    private static float[][] next(long[] ids) {
        try (Scope scope = Scope.open()) {
            Tensor logits = decoder.logits(decoder.hidden(Input.of(Tensor.of(ids, 1, ids.length))));
            float[] all = logits.logSoftmax(2).toFloats();
            int vocabulary = all.length / ids.length;
            return IntStream.range(0, ids.length)
                    .mapToObj(i -> Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary))
                    .toArray(float[][]::new);
        }
    }

    private static long[] begun(String text) {
        return IntStream.concat(IntStream.of(0), Arrays.stream(tokenizer.encode(text)))
                .asLongStream()
                .toArray();
    }

    @Test
    void everyTokenHasTheProbabilityThatTheModelGivesIt() {
        List<List<TokenScore>> scores = new LogProbabilities(decoder, tokenizer).of(TEXTS, 3);
        assertThat(scores).hasSameSizeAs(TEXTS);
        for (int text = 0; text < TEXTS.size(); text++) {
            int[] ids = tokenizer.encode(TEXTS.get(text));
            assertThat(scores.get(text)).extracting(TokenScore::id).containsExactly(box(ids));
            if (ids.length <= CONTEXT && ids.length > 0) {
                float[][] expected = next(Arrays.copyOf(begun(TEXTS.get(text)), ids.length));
                for (int i = 0; i < ids.length; i++) {
                    TokenScore score = scores.get(text).get(i);
                    assertThat(score.logProbability()).isCloseTo(expected[i][ids[i]], TINY);
                    requireBest(score, expected[i]);
                }
            }
        }
    }

    private static Integer[] box(int[] ids) {
        return Arrays.stream(ids).boxed().toArray(Integer[]::new);
    }

    /** Rows of the embedding beyond the tokenizer have no name, so they are no alternatives. */
    private static void requireBest(TokenScore score, float[] expected) {
        List<Integer> order = IntStream.range(0, tokenizer.vocabularySize())
                .boxed()
                .sorted((a, b) -> Float.compare(expected[b], expected[a]))
                .limit(3)
                .toList();
        assertThat(score.alternatives()).extracting(TokenScore.Alternative::id).isEqualTo(order);
        score.alternatives().forEach(other -> assertThat(other.logProbability()).isCloseTo(expected[other.id()], TINY));
    }

    /** A text of 40 tokens behind its beginning, in a context of 16: windows begin 8 tokens before what they predict first. */
    @Test
    void longTextsAreReadInWindows() {
        long[] ids = begun(POEM + POEM);
        List<TokenScore> scores = new LogProbabilities(decoder, tokenizer)
                .of(List.of(POEM + POEM), 0)
                .get(0);
        assertThat(scores)
                .hasSize(ids.length - 1)
                .allSatisfy(score -> assertThat(score.alternatives()).isEmpty());
        int from = 0; // of the window
        for (int i = 1; i < ids.length; i++) {
            if (i == from + CONTEXT + 1) {
                from = i - (CONTEXT + 1) / 2;
            }
            float[][] seen = next(Arrays.copyOfRange(ids, from, i));
            assertThat(scores.get(i - 1).logProbability()).isCloseTo(seen[i - from - 1][(int) ids[i]], TINY);
        }
    }

    @Test
    void asksForNoMoreAlternativesThanThereAre() {
        LogProbabilities probabilities = new LogProbabilities(decoder, tokenizer);
        int all = tokenizer.vocabularySize();
        assertThat(probabilities.of(List.of("春"), all).get(0).get(0).alternatives())
                .hasSize(all);
        assertThatThrownBy(() -> probabilities.of(TEXTS, all + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> probabilities.of(TEXTS, -1)).hasMessageContaining("-1 alternatives");
        assertThat(probabilities.of(List.of(), 1)).isEmpty();
    }

    @Test
    void decodersEmbedTextsAsIfEachWereAlone() {
        for (Pooling pooling : Pooling.values()) {
            List<float[]> vectors = new TextEmbedder(decoder, tokenizer, pooling).embed(TEXTS);
            for (int text = 0; text < TEXTS.size(); text++) {
                long[] ids =
                        Arrays.stream(begun(TEXTS.get(text))).limit(CONTEXT).toArray();
                try (Scope scope = Scope.open()) {
                    Tensor hidden = decoder.hidden(Input.of(Tensor.of(ids, 1, ids.length)));
                    requireClose(vectors.get(text), pooled(hidden.toFloats(), ids.length, pooling));
                }
            }
        }
    }

    @Test
    void encodersEmbedTextsAsIfEachWereAlone() throws Exception {
        List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        POEM.chars().mapToObj(Character::toString).distinct().forEach(vocabulary::add);
        Path bert = Files.createDirectory(directory.resolve("bert"));
        Files.write(bert.resolve("vocab.txt"), vocabulary);
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "bert").put("vocab_size", vocabulary.size()).put("hidden_size", 12);
        config.put("num_hidden_layers", 2).put("num_attention_heads", 3).put("intermediate_size", 20);
        config.put("max_position_embeddings", 10)
                .put("initializer_range", 0.3)
                .putArray("architectures")
                .add("BertModel");
        try (Tokenizer words = Tokenizer.load(bert);
                Encoder encoder = (Encoder) Models.create(config, 5)) {
            for (Pooling pooling : Pooling.values()) {
                List<float[]> vectors = new TextEmbedder(encoder, words, pooling).embed(TEXTS);
                for (int text = 0; text < TEXTS.size(); text++) {
                    long[] ids = Arrays.stream(words.frame()
                                    .single(words.encode(TEXTS.get(text)), 10)
                                    .ids())
                            .asLongStream()
                            .toArray();
                    assertThat(ids).startsWith(2).endsWith(3);
                    try (Scope scope = Scope.open()) {
                        Tensor hidden = encoder.hidden(EncoderInput.of(Tensor.of(ids, 1, ids.length)));
                        requireClose(vectors.get(text), pooled(hidden.toFloats(), ids.length, pooling));
                    }
                }
            }
        }
    }

    private static double[] pooled(float[] hidden, int time, Pooling pooling) {
        int size = hidden.length / time;
        double[] vector = new double[size];
        int from = pooling == Pooling.LAST ? time - 1 : 0;
        int to = pooling == Pooling.FIRST ? 1 : time;
        for (int i = from; i < to; i++) {
            for (int j = 0; j < size; j++) {
                vector[j] += hidden[i * size + j] / (double) (to - from);
            }
        }
        return vector;
    }

    private static void requireClose(float[] vector, double[] expected) {
        assertThat(IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray())
                .containsExactly(expected, TINY);
    }

    @Test
    void batchesHoldLikeLengthsAndNoMoreThanFits() {
        List<String> words = List.of("a", "dddd", "bb", "eeeee", "ccc", "ffffffffffff");
        assertThat(ByLength.batches(words, String::length, 10))
                .containsExactly(List.of("ffffffffffff"), List.of("eeeee", "dddd"), List.of("ccc", "bb", "a"));
    }

    @Test
    void nothingStaysInNativeMemory() {
        long before = Tensor.liveCount();
        new LogProbabilities(decoder, tokenizer).of(TEXTS, 2);
        new TextEmbedder(decoder, tokenizer, Pooling.MEAN).embed(TEXTS);
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }
}
