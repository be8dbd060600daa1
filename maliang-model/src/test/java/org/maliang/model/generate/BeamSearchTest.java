package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BeamSearchTest {

    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withBeams(2).withLengthPenalty(0).withSamples(2);

    /** Logits of rows of probabilities. */
    private static float[] logits(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }

    /** Two texts have ended, with 0.3 and 0.18, while one of 0.22 is still being written: is it waited for? */
    private static BeamSearch afterTwoEnds(GenerationOptions options) {
        OptionalInt end = OptionalInt.of(0);
        ScoreRules rules = new ScoreRules(options, end, Integer.MAX_VALUE);
        BeamSearch search = new BeamSearch(Draft.after(new int[] {3}, options.constraint()), options, rules, 0);
        search.step(logits(0.3, 0.4, 0.2, 0.1), 0, 4, Map.of());
        search.step(logits(0.45, 0.55, 1e-9, 1e-9, 1e-9, 0.5, 0.5, 1e-9), 0, 4, Map.of());
        return search;
    }

    @Test
    void waitsForBetterTexts() {
        assertThat(afterTwoEnds(OPTIONS).done()).isFalse();
    }

    @Test
    void waitsForNothingWhenItShallEndEarly() {
        BeamSearch search = afterTwoEnds(OPTIONS.withEarlyStopping(true));
        assertThat(search.done()).isTrue();
        assertThat(search.best(2))
                .extracting(beam -> Math.round(100 * Math.exp(beam.score())))
                .containsExactly(30L, 18L);
    }
}
