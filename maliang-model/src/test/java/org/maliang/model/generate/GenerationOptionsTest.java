package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GenerationOptionsTest {

    private static void refused(UnaryOperator<GenerationOptions> change, String reason) {
        assertThatThrownBy(() -> change.apply(GenerationOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void everyOptionHasItsOwnWither() {
        GenerationOptions all = GenerationOptions.defaults()
                .withMaxTokens(9)
                .withMinTokens(2)
                .withSamples(3)
                .withSeed(4)
                .withTemperature(5)
                .withTopK(6)
                .withTopP(0.7)
                .withRepetitionPenalty(8)
                .withNoRepeatNgram(10)
                .withBeams(11)
                .withLengthPenalty(12)
                .withEarlyStopping(true)
                .withStop(List.of("。"))
                .withConstraint(Constraint.NONE);
        assertThat(all)
                .isEqualTo(new GenerationOptions(
                        9, 2, 3, 4, 5, 6, 0.7, 8, 10, 11, 12, true, List.of("。"), Constraint.NONE));
    }

    @Test
    void refusesWhatMakesNoSense() {
        refused(o -> o.withMaxTokens(0), "at least 1 token, not 0");
        refused(o -> o.withMaxTokens(-5), "-5");
        refused(o -> o.withMinTokens(-1), "-1");
        refused(o -> o.withMinTokens(500), "exceeds the length");
        refused(o -> o.withSamples(0), "samples");
        refused(o -> o.withTemperature(-0.1), "temperature");
        refused(o -> o.withTemperature(Double.NaN), "temperature");
        refused(o -> o.withTopK(-1), "top-k");
        refused(o -> o.withTopP(0), "top-p");
        refused(o -> o.withTopP(1.01), "top-p");
        refused(o -> o.withTopP(Double.NaN), "top-p");
        refused(o -> o.withRepetitionPenalty(0), "repetition");
        refused(o -> o.withNoRepeatNgram(-1), "n-gram");
        refused(o -> o.withBeams(0), "beams");
        refused(o -> o.withBeams(2).withSamples(3), "raise beams or lower samples");
        refused(o -> o.withLengthPenalty(Double.NaN), "length penalty");
        refused(o -> o.withStop(List.of("")), "stop string");
    }
}
