package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.maliang.model.Decoder;
import org.maliang.tensor.Tensor;

class TokenGeneratorTest {

    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withMaxTokens(20).withTemperature(1.2).withSeed(11);
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

    @Test
    void greedyWithCacheBatchAndPaddingEqualsTheReference() {
        GenerationOptions greedy = OPTIONS.withTemperature(0);
        TokenGenerator endless = generator.endingWith(OptionalInt.empty());
        UncachedWriter reference = UncachedWriter.after(decoder, OptionalInt.empty());
        List<Continuation> written = endless.write(PROMPTS, greedy);
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(written.get(i).ids()).isEqualTo(reference.write(PROMPTS.get(i), 0, greedy));
        }
        assertThat(written)
                .extracting(w -> Arrays.stream(w.ids()).distinct().count())
                .allMatch(n -> n > 2);
    }

    @Test
    void samplingWithCacheBatchAndPaddingEqualsTheReference() {
        GenerationOptions options = OPTIONS.withSamples(3)
                .withTopK(20)
                .withTopP(0.9)
                .withRepetitionPenalty(1.3)
                .withNoRepeatNgram(2)
                .withMinTokens(4);
        UncachedWriter reference = UncachedWriter.after(decoder, OptionalInt.of(0));
        for (long seed = 0; seed < 5; seed++) {
            List<Continuation> written = generator.write(PROMPTS, options.withSeed(seed));
            for (int i = 0; i < written.size(); i++) {
                assertThat(written.get(i).ids())
                        .isEqualTo(reference.write(PROMPTS.get(i / 3), i % 3, options.withSeed(seed)));
            }
        }
    }

    @Test
    void aSampleDependsOnSeedAndIndexOnly() {
        List<Continuation> five = generator.write(PROMPTS.subList(0, 1), OPTIONS.withSamples(5));
        List<Continuation> two = generator.write(PROMPTS.subList(0, 1), OPTIONS.withSamples(2));
        assertThat(five.subList(0, 2)).isEqualTo(two);
        assertThat(five).doesNotHaveDuplicates();
        assertThat(generator.write(PROMPTS.subList(0, 1), OPTIONS.withSamples(2).withSeed(12)))
                .doesNotContainAnyElementsOf(two);
    }

    @Test
    void endsAtTheEndTokenOrTheLength() {
        int end = generator
                .write(PROMPTS.subList(0, 1), OPTIONS.withTemperature(0))
                .get(0)
                .ids()[3];
        TokenGenerator ending = generator.endingWith(OptionalInt.of(end));
        Continuation stopped =
                ending.write(PROMPTS.subList(0, 1), OPTIONS.withTemperature(0)).get(0);
        assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(stopped.ids()).endsWith(end).hasSizeLessThanOrEqualTo(4);
        Continuation longer = ending.write(
                        PROMPTS.subList(0, 1), OPTIONS.withTemperature(0).withMinTokens(7))
                .get(0);
        assertThat(longer.ids()).hasSizeGreaterThanOrEqualTo(8 - 1);
        assertThat(Arrays.copyOf(longer.ids(), 7)).doesNotContain(end);
        assertThat(generator.endingWith(OptionalInt.empty()).write(PROMPTS, OPTIONS.withMaxTokens(3)))
                .allSatisfy(w -> assertThat(w.ids()).hasSize(3))
                .allSatisfy(w -> assertThat(w.finishReason()).isEqualTo(FinishReason.LENGTH));
    }

    @Test
    void writesToTheEndOfTheContextAndNoFurther() {
        List<Continuation> written =
                generator.endingWith(OptionalInt.empty()).write(PROMPTS, OPTIONS.withMaxTokens(1000));
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(written.get(i).ids()).hasSize(32 - PROMPTS.get(i).length);
            assertThat(written.get(i).finishReason()).isEqualTo(FinishReason.LENGTH);
        }
        assertThat(generator.search(PROMPTS, OPTIONS.withMaxTokens(1000).withBeams(2)))
                .hasSize(3);
    }

    /** Three tokens, each in a set of its own, then the end. */
    private static Constraint ladder() {
        return () -> new Step(0);
    }

    private record Step(int index) implements Constraint.State {
        private static final List<BitSet> ALLOWED =
                List.of(BitSet.valueOf(new long[] {0b110}), BitSet.valueOf(new long[] {0b11000}), oneHighBit());

        private static BitSet oneHighBit() {
            BitSet set = new BitSet();
            set.set(39);
            set.set(500);
            return set;
        }

        @Override
        public BitSet allowed() {
            return ALLOWED.get(index);
        }

        @Override
        public Constraint.State next(int token) {
            assertThat(allowed().get(token)).isTrue();
            return new Step(index + 1);
        }

        @Override
        public boolean finished() {
            return index == 3;
        }
    }

    @Test
    void samplesObeyTheConstraint() {
        GenerationOptions options =
                OPTIONS.withConstraint(ladder()).withSamples(20).withMinTokens(5);
        List<Continuation> written = generator.write(PROMPTS, options);
        assertThat(written).hasSize(60).allSatisfy(w -> {
            assertThat(w.ids()).hasSize(3).endsWith(39);
            assertThat(w.ids()[0]).isBetween(1, 2);
            assertThat(w.ids()[1]).isBetween(3, 4);
            assertThat(w.finishReason()).isEqualTo(FinishReason.STOP);
        });
        assertThat(written).extracting(w -> w.ids()[0]).contains(1, 2);
    }

    @Test
    void beamsObeyTheConstraintAndFindItsBest() {
        GenerationOptions options =
                OPTIONS.withConstraint(ladder()).withBeams(4).withSamples(4);
        List<Beam> beams = generator.search(PROMPTS.subList(0, 1), options);
        assertThat(beams).hasSize(4).extracting(Beam::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(beams).extracting(Beam::continuation).doesNotHaveDuplicates().allSatisfy(w -> {
            assertThat(w.ids()).hasSize(3).endsWith(39);
            assertThat(w.finishReason()).isEqualTo(FinishReason.STOP);
        });
        assertThat(generator.search(PROMPTS.subList(0, 1), options.withBeams(9).withSamples(9)))
                .as("there are only four texts of that shape")
                .hasSize(4);
    }

    @Test
    void aConstraintOutranksRulesThatLeaveNothing() {
        GenerationOptions options =
                OPTIONS.withConstraint(ladder()).withNoRepeatNgram(1).withMinTokens(9);
        int[] all = IntStream.range(1, 20).toArray();
        assertThat(generator.write(List.of(all), options).get(0).ids()).hasSize(3);
    }

    @Test
    void oneWideBeamIsGreedy() {
        GenerationOptions greedy = OPTIONS.withTemperature(0);
        int[] best = generator.write(PROMPTS.subList(0, 1), greedy).get(0).ids();
        assertThat(generator
                        .search(PROMPTS.subList(0, 1), greedy)
                        .get(0)
                        .continuation()
                        .ids())
                .isEqualTo(best);
    }

    @Test
    void aListenerHearsEveryTokenAndMayEndATextAlone() {
        TokenGenerator endless = generator.endingWith(OptionalInt.empty());
        List<List<Integer>> heard = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Continuation> written = endless.write(PROMPTS, OPTIONS, (row, token) -> {
            heard.get(row).add(token);
            return row != 1 || heard.get(row).size() < 5;
        });
        for (int row = 0; row < 3; row++) {
            assertThat(heard.get(row))
                    .containsExactlyElementsOf(
                            Arrays.stream(written.get(row).ids()).boxed().toList());
        }
        assertThat(written.get(1).ids()).hasSize(5);
        assertThat(written.get(1).finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(written.get(2).ids())
                .isEqualTo(endless.write(PROMPTS.subList(2, 3), OPTIONS).get(0).ids());
    }

    @Test
    void nothingStaysInNativeMemory() {
        GenerationOptions options = OPTIONS.withMaxTokens(6).withSamples(2);
        generator.write(PROMPTS, options);
        long before = Tensor.liveCount();
        long bytes = Tensor.liveBytes();
        for (int i = 0; i < 200; i++) {
            generator.write(PROMPTS, options.withSeed(i));
            if (i % 10 == 0) {
                generator.search(PROMPTS, options.withBeams(2));
            }
        }
        assertThatThrownBy(() -> generator.write(PROMPTS, options, (row, token) -> {
                    throw new IllegalStateException("the listener fails");
                }))
                .hasMessage("the listener fails");
        assertThat(Tensor.liveCount()).isEqualTo(before);
        assertThat(Tensor.liveBytes()).isEqualTo(bytes);
    }

    @Test
    void saysWhatIsWrongWithAPrompt() {
        assertThatThrownBy(() -> generator.write(List.of(), OPTIONS)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> generator.write(List.of(new int[0]), OPTIONS)).hasMessageContaining("empty");
        assertThatThrownBy(() -> generator.write(List.of(new int[32]), OPTIONS))
                .hasMessageContaining("the model reads 32");
        assertThatThrownBy(() -> generator.write(List.of(new int[] {40}), OPTIONS))
                .hasMessageContaining("id 40");
        assertThatThrownBy(() -> generator.write(PROMPTS, OPTIONS.withStop(List.of("。"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TextGenerator");
    }
}
