package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NucleusSamplerTest {

    /** Probabilities 0.4, 0.3, 0.2, 0.1 in mixed order; one token is forbidden. */
    private static final float[] SCORES = {log(0.2), log(0.4), Float.NEGATIVE_INFINITY, log(0.1), log(0.3)};

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
        assertThat(shares(new NucleusSampler(1, 0, 1), SCORES))
                .containsExactly(new double[] {0.2, 0.4, 0, 0.1, 0.3}, within(0.015));
    }

    @Test
    void temperatureSharpensAndFlattens() {
        double sum = 0.04 + 0.16 + 0.01 + 0.09;
        assertThat(shares(new NucleusSampler(0.5, 0, 1), SCORES))
                .containsExactly(new double[] {0.04 / sum, 0.16 / sum, 0, 0.01 / sum, 0.09 / sum}, within(0.015));
        assertThat(shares(new NucleusSampler(1e6, 0, 1), SCORES))
                .containsExactly(new double[] {0.25, 0.25, 0, 0.25, 0.25}, within(0.015));
        assertThat(shares(new NucleusSampler(1e-9, 0, 1), SCORES)[1]).isCloseTo(1, within(1e-9));
    }

    @Test
    void topKKeepsTheBest() {
        assertThat(shares(new NucleusSampler(1, 2, 1), SCORES))
                .containsExactly(new double[] {0, 0.4 / 0.7, 0, 0, 0.3 / 0.7}, within(0.015));
        assertThat(shares(new NucleusSampler(1, 100, 1), SCORES)[3]).isCloseTo(0.1, within(0.015));
    }

    @Test
    void topPKeepsTheFewestThatReachTheShare() {
        assertThat(shares(new NucleusSampler(1, 0, 0.69), SCORES))
                .containsExactly(new double[] {0, 0.4 / 0.7, 0, 0, 0.3 / 0.7}, within(0.015));
        assertThat(shares(new NucleusSampler(1, 0, 0.71), SCORES))
                .containsExactly(new double[] {0.2 / 0.9, 0.4 / 0.9, 0, 0, 0.3 / 0.9}, within(0.015));
        assertThat(shares(new NucleusSampler(1, 0, 1e-9), SCORES)[1]).isCloseTo(1, within(1e-9));
    }

    @Test
    void topPCountsWithinTopK() {
        assertThat(shares(new NucleusSampler(1, 2, 0.5), SCORES)[1]).isCloseTo(1, within(1e-9));
    }

    /** A slow, obvious sampler knows which tokens may come; each of them comes when scores are flat enough. */
    @Property(tries = 200)
    void choosesFromTheNucleusOnly(
            @ForAll long seed,
            @ForAll @IntRange(max = 12) int topK,
            @ForAll @DoubleRange(min = 0.05, max = 1) double topP) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] scores = new float[20];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(4) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(8) / 3f - 1;
        }
        scores[7] = 0.5f;
        TreeSet<Integer> chosen = new TreeSet<>();
        NucleusSampler sampler = new NucleusSampler(1, topK, topP);
        for (int i = 0; i < 600; i++) {
            chosen.add(sampler.choose(scores.clone(), random));
        }
        assertThat(allowed(scores, topK, topP)).containsAll(chosen);
        assertThat(chosen)
                .as("600 draws")
                .hasSizeGreaterThanOrEqualTo(allowed(scores, topK, topP).size() / 2);
    }

    private static List<Integer> allowed(float[] scores, int topK, double topP) {
        List<Integer> ids = IntStream.range(0, scores.length)
                .filter(id -> scores[id] > Float.NEGATIVE_INFINITY)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> -scores[id]).thenComparing(id -> id))
                .limit(topK == 0 ? scores.length : topK)
                .toList();
        double total = ids.stream().mapToDouble(id -> Math.exp(scores[id])).sum();
        double reached = 0;
        int count = 0;
        while (count < ids.size() && (topP == 1 || reached < topP * total - 1e-9)) {
            reached += Math.exp(scores[ids.get(count++)]);
        }
        // Rounding may decide either way where the share is reached exactly.
        return ids.subList(0, Math.min(ids.size(), count + 1));
    }

    @Test
    void greedyTakesTheFirstOfTheBest() {
        assertThat(Sampler.GREEDY.choose(new float[] {Float.NEGATIVE_INFINITY, -3, -1, -1}, new SplittableRandom(0)))
                .isEqualTo(2);
        assertThat(Sampler.of(GenerationOptions.defaults().withTemperature(0))).isSameAs(Sampler.GREEDY);
    }
}
