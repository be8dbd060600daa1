package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.maliang.model.ModelException;

class ScoreRulesTest {

    private static final float NEVER = Float.NEGATIVE_INFINITY;
    private static final GenerationOptions PLAIN = GenerationOptions.defaults();

    private static float[] apply(GenerationOptions options, int[] prompt, int... written) {
        return apply(options, 6, new float[] {9, 1, -1, 2, -2, 0, 4}, prompt, written);
    }

    /** The first score belongs to another row. */
    private static float[] apply(
            GenerationOptions options, int choosable, float[] scores, int[] prompt, int... written) {
        Draft draft = Draft.after(prompt, options.constraint());
        for (int token : written) {
            draft.add(token);
        }
        float[] row = new float[scores.length - 1];
        new ScoreRules(options, OptionalInt.of(0), choosable).apply(draft, scores, 1, row);
        return row;
    }

    @Test
    void leavesScoresAlone() {
        assertThat(apply(PLAIN, new int[] {1, 2}, 3)).containsExactly(1, -1, 2, -2, 0, 4);
    }

    @Test
    void repetitionPenaltyCoversPromptAndTextOnce() {
        assertThat(apply(PLAIN.withRepetitionPenalty(2), new int[] {1, 2, 2}, 0, 3, 3))
                .containsExactly(0.5f, -2, 1, -4, 0, 4);
    }

    @Test
    void presenceAndFrequencyCountTheTextWithoutThePrompt() {
        assertThat(apply(PLAIN.withPresencePenalty(0.5), new int[] {1, 2, 2}, 0, 3, 3))
                .containsExactly(0.5f, -1, 2, -2.5f, 0, 4);
        assertThat(apply(PLAIN.withFrequencyPenalty(0.25), new int[] {1, 2, 2}, 0, 3, 3))
                .containsExactly(0.75f, -1, 2, -2.5f, 0, 4);
        assertThat(apply(PLAIN.withFrequencyPenalty(0.25).withPresencePenalty(0.5), new int[] {1}, 0, 3, 3))
                .containsExactly(0.25f, -1, 2, -3, 0, 4);
        assertThat(apply(PLAIN.withFrequencyPenalty(-1).withPresencePenalty(-2), new int[] {1}, 5))
                .as("negative ones reward")
                .containsExactly(1, -1, 2, -2, 0, 7);
    }

    @Test
    void biasIsAddedBeforeThePenalties() {
        GenerationOptions biased = PLAIN.withLogitBias(Map.of(1, 3.0, 3, (double) NEVER, 99, 5.0));
        assertThat(apply(biased, new int[] {0})).containsExactly(1, 2, 2, NEVER, 0, 4);
        assertThat(apply(biased.withRepetitionPenalty(2), new int[] {1})).containsExactly(1, 1, 2, NEVER, 0, 4);
    }

    @Test
    void stopTokensEndTextsAndWaitForTheMinimumLength() {
        GenerationOptions stopping = PLAIN.withStopTokens(Set.of(2, 4)).withMinTokens(1);
        assertThat(apply(stopping, new int[] {1})).containsExactly(NEVER, -1, NEVER, -2, NEVER, 4);
        assertThat(apply(stopping, new int[] {1}, 3)).containsExactly(1, -1, 2, -2, 0, 4);
        ScoreRules rules = new ScoreRules(stopping, OptionalInt.of(0), 6);
        assertThat(IntStream.range(0, 6).filter(rules::ends)).containsExactly(0, 2, 4);
        assertThat(new ScoreRules(stopping, OptionalInt.empty(), 6).ends(0)).isFalse();
    }

    @Test
    void noRunOfTokensComesTwice() {
        assertThat(apply(PLAIN.withNoRepeatNgram(2), new int[] {1, 2, 1, 4}, 1))
                .as("1 was followed by 2 and by 4")
                .containsExactly(1, -1, NEVER, -2, NEVER, 4);
        assertThat(apply(PLAIN.withNoRepeatNgram(3), new int[] {5, 1, 2, 1}, 5, 1))
                .containsExactly(1, -1, NEVER, -2, 0, 4);
        assertThat(apply(PLAIN.withNoRepeatNgram(1), new int[] {5}, 1)).containsExactly(1, NEVER, 2, -2, 0, NEVER);
        assertThat(apply(PLAIN.withNoRepeatNgram(4), new int[] {5}, 1)).containsExactly(1, -1, 2, -2, 0, 4);
    }

    @Test
    void theEndWaitsForTheMinimumLength() {
        GenerationOptions two = PLAIN.withMinTokens(2);
        assertThat(apply(two, new int[] {1, 2, 3})[0]).isEqualTo(NEVER);
        assertThat(apply(two, new int[] {1}, 2)[0]).isEqualTo(NEVER);
        assertThat(apply(two, new int[] {1}, 2, 3)[0]).isEqualTo(1);
    }

    @Test
    void idsWithoutATokenAreNeverChosen() {
        assertThat(apply(PLAIN, 4, new float[] {9, 1, -1, 2, -2, 0, 4}, new int[] {1}))
                .containsExactly(1, -1, 2, -2, NEVER, NEVER);
    }

    private static GenerationOptions only(int... ids) {
        BitSet allowed = new BitSet();
        for (int id : ids) {
            allowed.set(id);
        }
        return PLAIN.withConstraint(() -> new Constraint.State() {
            @Override
            public BitSet allowed() {
                return allowed;
            }

            @Override
            public Constraint.State next(int token) {
                return this;
            }

            @Override
            public boolean finished() {
                return false;
            }
        });
    }

    @Test
    void onlyWhatTheConstraintAllows() {
        assertThat(apply(only(0, 4, 77), new int[] {1})).containsExactly(1, NEVER, NEVER, NEVER, 0, NEVER);
        assertThat(apply(only(1, 2, 3, 5), new int[] {1})).containsExactly(NEVER, -1, 2, -2, NEVER, 4);
    }

    @Test
    void theConstraintOutranksTheRest() {
        assertThat(apply(only(0).withMinTokens(3), new int[] {1}))
                .containsExactly(1, NEVER, NEVER, NEVER, NEVER, NEVER);
        assertThat(apply(only(0, 3).withMinTokens(3), new int[] {1}))
                .containsExactly(NEVER, NEVER, NEVER, -2, NEVER, NEVER);
    }

    @Test
    void saysWhyNothingCanBeChosen() {
        float nan = Float.NaN;
        assertThatThrownBy(() -> apply(PLAIN, 2, new float[] {1, nan, nan}, new int[] {1}))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> apply(only(88), new int[] {1}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("constraint");
    }
}
