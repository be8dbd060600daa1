package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Diverse beams, contrastive search and the best of many, against slow references. */
class SearchTest {

    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withMaxTokens(10).withTemperature(1.2).withSeed(11);
    private static final List<int[]> PROMPTS =
            List.of(new int[] {5, 9, 5, 30, 2}, new int[] {17}, new int[] {8, 21, 3});

    private static Decoder decoder;
    private static TokenGenerator generator;

    @BeforeAll
    static void create() {
        decoder = TinyModels.decoder(40, 32);
        generator = new TokenGenerator(decoder);
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    /** One prompt a call: the padding of others would count for lengths. */
    @ParameterizedTest
    @CsvSource({"6, 1, 0, 0", "6, 2, 0.7, 1", "6, 3, 2, 0.5", "6, 6, 0.4, 0", "4, 2, 30, 1"})
    void diverseBeamsEqualTheReference(int beams, int groups, double penalty, double lengthPenalty) {
        int ended = 0;
        for (int end : new int[] {0, 7, 33}) {
            SlowSearch reference = new SlowSearch(decoder, OptionalInt.of(end));
            for (int[] prompt : PROMPTS) {
                GenerationOptions options = OPTIONS.withBeams(beams)
                        .withBeamGroups(groups)
                        .withDiversityPenalty(penalty)
                        .withLengthPenalty(lengthPenalty)
                        .withSamples(beams);
                List<List<Integer>> found =
                        ids(generator.endingWith(OptionalInt.of(end)).search(List.of(prompt), options));
                assertThat(found).hasSize(beams).isEqualTo(reference.diverse(prompt, options));
                ended += (int) found.stream().filter(text -> text.contains(end)).count();
            }
        }
        assertThat(ended).as("texts that end early").isPositive();
    }

    private static List<List<Integer>> ids(List<Beam> beams) {
        return beams.stream()
                .map(beam -> Arrays.stream(beam.continuation().ids()).boxed().toList())
                .toList();
    }

    @Test
    void aStrongPenaltyMakesGroupsBeginDifferently() {
        GenerationOptions options = OPTIONS.withBeams(4).withSamples(4);
        TokenGenerator endless = generator.endingWith(OptionalInt.empty());
        GenerationOptions diverse = options.withBeamGroups(4).withDiversityPenalty(100);
        assertThat(ids(endless.search(PROMPTS.subList(0, 1), diverse)))
                .extracting(text -> text.get(0))
                .doesNotHaveDuplicates();
        assertThat(endless.search(PROMPTS, diverse)).hasSize(12);
    }

    @ParameterizedTest
    @CsvSource({"5, 0.6", "3, 0.3", "8, 1", "1, 0.6"})
    void contrastiveSearchEqualsTheReference(int topK, double alpha) {
        GenerationOptions options = OPTIONS.withTopK(topK).withPenaltyAlpha(alpha);
        SlowSearch reference = new SlowSearch(decoder, OptionalInt.of(0));
        List<Continuation> written = generator.write(PROMPTS, options);
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(written.get(i).ids()).isEqualTo(reference.contrastive(PROMPTS.get(i), topK, alpha, 10));
        }
    }

    @Test
    void contrastiveSearchObeysTheRulesAndTheContext() {
        GenerationOptions options = OPTIONS.withTopK(4).withPenaltyAlpha(0.6).withMaxTokens(100);
        TokenGenerator endless = generator.endingWith(OptionalInt.empty());
        int[] all = endless.write(PROMPTS.subList(0, 1), options).get(0).ids();
        assertThat(all).hasSize(32 - 5);
        assertThat(endless.write(
                                PROMPTS.subList(0, 1), options.withMaxTokens(26).withNoRepeatNgram(1))
                        .get(0)
                        .ids())
                .doesNotHaveDuplicates();
        List<Integer> heard = new ArrayList<>();
        Continuation stopped = endless.write(PROMPTS.subList(0, 1), options, (row, token) -> {
                    heard.add(token);
                    return heard.size() < 3;
                })
                .get(0);
        assertThat(stopped.ids()).containsExactly(Arrays.copyOf(all, 3));
        assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(generator
                        .write(PROMPTS.subList(1, 2), options.withTopK(1))
                        .get(0)
                        .ids())
                .as("one candidate leaves no choice")
                .isEqualTo(generator
                        .write(PROMPTS.subList(1, 2), OPTIONS.withMaxTokens(100).withTemperature(0))
                        .get(0)
                        .ids());
    }

    @Test
    void theBestOfManyAreTheMostProbable() {
        List<Continuation> drawn = generator.write(PROMPTS, OPTIONS.withSamples(9));
        List<Continuation> best =
                generator.write(PROMPTS, OPTIONS.withSamples(2).withBestOf(9));
        for (int prompt = 0; prompt < PROMPTS.size(); prompt++) {
            int[] ids = PROMPTS.get(prompt);
            List<Continuation> expected = drawn.subList(9 * prompt, 9 * prompt + 9).stream()
                    .sorted(Comparator.comparingDouble((Continuation text) -> meanLogProbability(ids, text.ids()))
                            .reversed())
                    .limit(2)
                    .toList();
            assertThat(best.subList(2 * prompt, 2 * prompt + 2)).isEqualTo(expected);
        }
        assertThat(best).isNotEqualTo(generator.write(PROMPTS, OPTIONS.withSamples(2)));
    }

    private static double meanLogProbability(int[] prompt, int[] written) {
        long[] ids = IntStream.concat(Arrays.stream(prompt), Arrays.stream(written))
                .asLongStream()
                .toArray();
        try (Scope scope = Scope.open()) {
            Tensor hidden = decoder.hidden(Input.of(Tensor.of(ids, 1, ids.length)));
            Tensor logs = decoder.logits(hidden).logSoftmax(2);
            return IntStream.range(prompt.length, ids.length)
                    .mapToDouble(i -> logs.select(1, i - 1).select(1, ids[i]).item())
                    .average()
                    .orElseThrow();
        }
    }

    @Test
    void textsAreTheSameWhateverFitsIntoMemory() {
        GenerationOptions many = OPTIONS.withSamples(7);
        List<Continuation> together = generator.write(PROMPTS, many);
        List<String> heard = new ArrayList<>();
        for (long bytes : new long[] {1, 60_000, 100_000}) {
            heard.clear();
            assertThat(generator.keeping(bytes).write(PROMPTS, many, (row, token) -> heard.add(row + " " + token)))
                    .isEqualTo(together);
        }
        assertThat(heard).contains("20 " + together.get(20).ids()[0]);
    }

    @Test
    void stopTokensEndTexts() {
        GenerationOptions greedy = OPTIONS.withTemperature(0);
        int[] free = generator.write(PROMPTS.subList(0, 1), greedy).get(0).ids();
        Continuation stopped = generator
                .write(PROMPTS.subList(0, 1), greedy.withStopTokens(Set.of(free[2], 39)))
                .get(0);
        assertThat(stopped.ids()).endsWith(free[2]).hasSizeLessThanOrEqualTo(3);
        assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
        Continuation beam = generator
                .search(PROMPTS.subList(0, 1), greedy.withStopTokens(Set.of(free[2], 39)))
                .get(0)
                .continuation();
        assertThat(beam).isEqualTo(stopped);
    }

    @Test
    void leavesNothingInNativeMemory() {
        GenerationOptions contrastive = OPTIONS.withTopK(4).withPenaltyAlpha(0.6);
        GenerationOptions diverse = OPTIONS.withBeams(4).withBeamGroups(2).withDiversityPenalty(1);
        long before = Tensor.liveCount();
        for (int i = 0; i < 20; i++) {
            generator.write(PROMPTS, contrastive);
            generator.search(PROMPTS, diverse);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void refusesIdsTheModelDoesNotHave() {
        assertThatThrownBy(() -> generator.write(PROMPTS, OPTIONS.withLogitBias(Map.of(40, 1.0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("logit bias is for id 40");
        assertThatThrownBy(() -> generator.write(PROMPTS, OPTIONS.withStopTokens(Set.of(-1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stop token -1");
    }
}
