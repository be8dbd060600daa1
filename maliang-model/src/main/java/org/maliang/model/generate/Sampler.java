package org.maliang.model.generate;

import java.util.random.RandomGenerator;

/** Chooses the next token. */
@FunctionalInterface
public interface Sampler {

    /** Takes the best token, of equal ones the first. */
    Sampler GREEDY = (scores, random) -> {
        int best = 0;
        for (int id = 1; id < scores.length; id++) {
            if (scores[id] > scores[best]) {
                best = id;
            }
        }
        return best;
    };

    /**
     * Chooses an id.
     *
     * @param scores one logit an id; forbidden tokens have {@code -Infinity}, at least one has not
     * @param random the only source of chance
     */
    int choose(float[] scores, RandomGenerator random);

    /** What the options ask for. */
    static Sampler of(GenerationOptions options) {
        return options.temperature() == 0 ? GREEDY : new FilteredSampler(options.sampling());
    }
}
