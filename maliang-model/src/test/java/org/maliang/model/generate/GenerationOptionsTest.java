package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
                .withMinP(0.1)
                .withTypicalP(0.9)
                .withLogitBias(Map.of(3, -1.5))
                .withRepetitionPenalty(8)
                .withPresencePenalty(0.25)
                .withFrequencyPenalty(0.75)
                .withNoRepeatNgram(10)
                .withBeams(12)
                .withBeamGroups(4)
                .withDiversityPenalty(0.6)
                .withLengthPenalty(13)
                .withEarlyStopping(true)
                .withStop(List.of("。"))
                .withStopTokens(Set.of(7))
                .withConstraint(Constraint.NONE);
        assertThat(all)
                .isEqualTo(new GenerationOptions(
                        9,
                        2,
                        3,
                        4,
                        new Sampling(5, 6, 0.7, 0.1, 0.9),
                        new Penalties(Map.of(3, -1.5), 8, 0.25, 0.75, 10),
                        new Search(12, 4, 0.6, 13, true, 0, 0),
                        List.of("。"),
                        Set.of(7),
                        Constraint.NONE));
        assertThat(GenerationOptions.defaults()
                        .withTopK(4)
                        .withPenaltyAlpha(0.6)
                        .search())
                .isEqualTo(new Search(1, 1, 0, 1, false, 0.6, 0));
        assertThat(GenerationOptions.defaults().withBestOf(5).search()).isEqualTo(new Search(1, 1, 0, 1, false, 0, 5));
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
        refused(o -> o.withMinP(-0.1), "min-p");
        refused(o -> o.withMinP(1.1), "min-p");
        refused(o -> o.withTypicalP(0), "typical");
        refused(o -> o.withLogitBias(Map.of(-1, 1.0)), "ids begin at 0");
        refused(o -> o.withLogitBias(Map.of(5, Double.NaN)), "of id 5 must be a number");
        refused(o -> o.withLogitBias(Map.of(5, Double.POSITIVE_INFINITY)), "of id 5 must be a number");
        refused(o -> o.withPresencePenalty(Double.NaN), "presence");
        refused(o -> o.withFrequencyPenalty(Double.NEGATIVE_INFINITY), "frequency");
        refused(o -> o.withBeams(4).withBeamGroups(3), "must divide the 4 beams");
        refused(o -> o.withDiversityPenalty(-1), "diversity");
        refused(o -> o.withPenaltyAlpha(0.6), "set top-k");
        refused(o -> o.withTopK(4).withPenaltyAlpha(1.1), "at most 1");
        refused(o -> o.withTopK(4).withPenaltyAlpha(0.6).withSamples(2), "1 text, not 2");
        refused(o -> o.withBeams(2).withBestOf(3), "exclude each other");
        refused(o -> o.withBestOf(2).withSamples(3), "raise best-of");
        refused(o -> o.withBestOf(-1), "best-of");
        refused(o -> o.withStop(List.of("")), "stop string");
    }
}
