package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FilteredSamplerTest {

    /** Probabilities 0.4, 0.3, 0.2, 0.1 in mixed order; one token is forbidden. */
    private static final float[] SCORES = {log(0.2), log(0.4), Float.NEGATIVE_INFINITY, log(0.1), log(0.3)};

    private static FilteredSampler sampler(double temperature, int topK, double topP) {
        return sampler(temperature, topK, topP, 0, 1);
    }

    private static FilteredSampler sampler(double temperature, int topK, double topP, double minP, double typicalP) {
        return new FilteredSampler(new Sampling(temperature, topK, topP, minP, typicalP));
    }

    private static float log(double probability) {
        return (float) (Math.log(probability) + 3);
    }

    private static double[] shares(Sampler sampler, float[] scores) {
        SplittableRandom random = new SplittableRandom(5);
        double[] shares = new double[scores.length];
        for (int i = 0; i < 20_000; i++) {
            shares[sampler.choose(scores.clone(), random)] += 1 / 20_000.0;
        }
        return shares;
    }

    @Test
    void drawsByProbability() {
        assertThat(shares(sampler(1, 0, 1), SCORES))
                .containsExactly(new double[] {0.2, 0.4, 0, 0.1, 0.3}, within(0.015));
    }

    @Test
    void temperatureSharpensAndFlattens() {
        double sum = 0.04 + 0.16 + 0.01 + 0.09;
        assertThat(shares(sampler(0.5, 0, 1), SCORES))
                .containsExactly(new double[] {0.04 / sum, 0.16 / sum, 0, 0.01 / sum, 0.09 / sum}, within(0.015));
        assertThat(shares(sampler(1e6, 0, 1), SCORES))
                .containsExactly(new double[] {0.25, 0.25, 0, 0.25, 0.25}, within(0.015));
        assertThat(shares(sampler(1e-9, 0, 1), SCORES)[1]).isCloseTo(1, within(1e-9));
    }

    @Test
    void topKKeepsTheBest() {
        assertThat(shares(sampler(1, 2, 1), SCORES))
                .containsExactly(new double[] {0, 0.4 / 0.7, 0, 0, 0.3 / 0.7}, within(0.015));
        assertThat(shares(sampler(1, 100, 1), SCORES)[3]).isCloseTo(0.1, within(0.015));
    }

    @Test
    void topPKeepsTheFewestThatReachTheShare() {
        assertThat(shares(sampler(1, 0, 0.69), SCORES))
                .containsExactly(new double[] {0, 0.4 / 0.7, 0, 0, 0.3 / 0.7}, within(0.015));
        assertThat(shares(sampler(1, 0, 0.71), SCORES))
                .containsExactly(new double[] {0.2 / 0.9, 0.4 / 0.9, 0, 0, 0.3 / 0.9}, within(0.015));
        assertThat(shares(sampler(1, 0, 1e-9), SCORES)[1]).isCloseTo(1, within(1e-9));
    }

    @Test
    void topPCountsWithinTopK() {
        assertThat(shares(sampler(1, 2, 0.5), SCORES)[1]).isCloseTo(1, within(1e-9));
    }

    /** Scores whose softmax is exact, so that borders are hit exactly: powers of two. */
    private static float[] powers(int... exponents) {
        float[] scores = new float[exponents.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = exponents[i];
        }
        return scores;
    }

    private static final double HALVING = 1 / Math.log(2); // the temperature at which a score less halves the weight

    private static List<Integer> kept(Sampler sampler, float[] scores) {
        double[] shares = shares(sampler, scores);
        return IntStream.range(0, scores.length)
                .filter(id -> shares[id] > 0)
                .boxed()
                .toList();
    }

    @Test
    void topKKeepsTies() {
        assertThat(kept(sampler(1, 2, 1), new float[] {1, 3, 1, 0, 1})).containsExactly(0, 1, 2, 4);
        assertThat(kept(sampler(1, 1, 1), new float[] {2, 3, 3, 0, 1})).containsExactly(1, 2);
    }

    @Test
    void topPKeepsTheTokenAfterTheShareThatIsReachedExactly() {
        float[] scores = powers(3, 2, 1, 1); // shares 1/2, 1/4, 1/8, 1/8
        assertThat(kept(sampler(HALVING, 0, 0.49), scores)).containsExactly(0);
        assertThat(kept(sampler(HALVING, 0, 0.51), scores)).containsExactly(0, 1);
        assertThat(kept(sampler(HALVING, 0, 0.74), scores)).containsExactly(0, 1);
        assertThat(kept(sampler(HALVING, 0, 0.76), scores)).containsExactly(0, 1, 2);
        assertThat(kept(sampler(1, 0, 0.5), new float[] {4, 4})).containsExactly(0, 1);
    }

    @Test
    void minPIsMeasuredByTheBestToken() {
        float[] scores = powers(5, 4, 2, 0);
        assertThat(kept(sampler(HALVING, 0, 1, 0.51, 1), scores)).containsExactly(0);
        assertThat(kept(sampler(HALVING, 0, 1, 0.49, 1), scores)).containsExactly(0, 1);
        assertThat(kept(sampler(HALVING, 0, 1, 0.12, 1), scores)).containsExactly(0, 1, 2);
        assertThat(kept(sampler(2 * HALVING, 0, 1, 0.49, 1), scores))
                .as("the temperature comes first")
                .containsExactly(0, 1);
        assertThat(kept(sampler(2 * HALVING, 0, 1, 0.3, 1), scores)).containsExactly(0, 1, 2);
        assertThat(kept(sampler(1, 0, 1, 1, 1), new float[] {7, 7, 6})).containsExactly(0, 1);
    }

    /** Shares 1/2, 1/4, 1/8, 1/8 have an entropy of 1.75 bits: 1/4 with its 2 bits is nearest, then 1/2, then 1/8. */
    @Test
    void typicalTokensAreNearTheEntropy() {
        float[] scores = powers(3, 2, 1, 1);
        assertThat(kept(sampler(HALVING, 0, 1, 0, 0.01), scores)).containsExactly(1);
        assertThat(kept(sampler(HALVING, 0, 1, 0, 0.24), scores)).containsExactly(1);
        assertThat(kept(sampler(HALVING, 0, 1, 0, 0.26), scores)).containsExactly(0, 1);
        assertThat(kept(sampler(HALVING, 0, 1, 0, 0.76), scores))
                .as("equally near tokens stay together")
                .containsExactly(0, 1, 2, 3);
        assertThat(kept(sampler(1, 0, 1, 0, 0.5), new float[] {NEVER, 2, NEVER}))
                .containsExactly(1);
    }

    @Test
    void everyFilterTakesSharesOfWhatIsLeft() {
        float[] scores = powers(3, 2, 1, 1);
        assertThat(kept(sampler(HALVING, 2, 0.6), scores)).as("2/3 of two").containsExactly(0);
        assertThat(kept(sampler(HALVING, 0, 0.6, 0, 0.5), scores))
                .as("the entropy of 2/3 and 1/3 is 0.92 bits: 2/3 with its 0.58 is nearest")
                .containsExactly(0);
    }

    private static final float NEVER = Float.NEGATIVE_INFINITY;

    /** Pearson's test against a slow, obvious filter: at a level of one in a thousand, seeds fixed. */
    @Property(tries = 60, seed = "4711")
    void drawsFollowTheFilteredDistribution(
            @ForAll @IntRange(max = 10_000) int seed,
            @ForAll @DoubleRange(min = 0.3, max = 2) double temperature,
            @ForAll @IntRange(max = 12) int topK,
            @ForAll @DoubleRange(min = 0.3, max = 1) double topP,
            @ForAll @DoubleRange(max = 0.3) double minP,
            @ForAll @DoubleRange(min = 0.3, max = 1) double typicalP) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] scores = new float[20];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(5) == 0 ? NEVER : (float) (random.nextDouble() * 4);
        }
        scores[7] = 2;
        Sampling filters = new Sampling(temperature, topK, topP, minP, typicalP);
        double[] expected = SlowFilters.shares(scores, filters);
        int draws = 20_000;
        double[] counts = new double[scores.length];
        FilteredSampler sampler = new FilteredSampler(filters);
        for (int i = 0; i < draws; i++) {
            counts[sampler.choose(scores.clone(), random)]++;
        }
        double statistic = 0;
        int freedom = -1;
        for (int id = 0; id < scores.length; id++) {
            if (expected[id] == 0) {
                assertThat(counts[id]).as("token " + id + " is filtered out").isZero();
            } else {
                statistic += Math.pow(counts[id] - draws * expected[id], 2) / (draws * expected[id]);
                freedom++;
            }
        }
        assertThat(statistic).isLessThanOrEqualTo(freedom == 0 ? 0 : critical(freedom));
    }

    /** The value that chi-square exceeds once in a thousand times (Wilson and Hilferty's approximation). */
    private static double critical(int freedom) {
        double spread = 2.0 / (9 * freedom);
        return freedom * Math.pow(1 - spread + 3.09 * Math.sqrt(spread), 3);
    }

    @Test
    void greedyTakesTheFirstOfTheBest() {
        assertThat(Sampler.GREEDY.choose(new float[] {Float.NEGATIVE_INFINITY, -3, -1, -1}, new SplittableRandom(0)))
                .isEqualTo(2);
        assertThat(Sampler.of(GenerationOptions.defaults().withTemperature(0))).isSameAs(Sampler.GREEDY);
    }
}
