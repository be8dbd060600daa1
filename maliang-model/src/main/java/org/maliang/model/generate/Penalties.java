package org.maliang.model.generate;

import java.util.Map;
import java.util.TreeMap;

/**
 * What changes the scores of tokens before anything is chosen, in the order of the components.
 *
 * @param logitBias what is added to the score of an id; {@code -Infinity} forbids it
 * @param repetition divides the positive and multiplies the negative scores of tokens that prompt or text already hold
 *     (Keskar et al., arXiv:1909.05858); 1 leaves them alone
 * @param presence is subtracted from the scores of tokens that the text holds; as OpenAI's, it does not look at the prompt
 * @param frequency is subtracted from the score of a token as often as the text holds it, likewise without the prompt
 * @param noRepeatNgram no run of this many tokens occurs twice, prompt included; 0 allows it
 */
public record Penalties(
        Map<Integer, Double> logitBias, double repetition, double presence, double frequency, int noRepeatNgram) {

    public Penalties {
        logitBias = Map.copyOf(logitBias);
        for (Map.Entry<Integer, Double> bias : new TreeMap<>(logitBias).entrySet()) {
            Require.that(bias.getKey() >= 0, "the logit bias is for id " + bias.getKey() + ", ids begin at 0");
            Require.that(
                    bias.getValue() < Double.POSITIVE_INFINITY,
                    "the logit bias of id " + bias.getKey()
                            + " must be a number, or -Infinity to forbid the token, not " + bias.getValue());
        }
        Require.that(
                repetition > 0 && Double.isFinite(repetition),
                "the repetition penalty must be above 0 (1 changes nothing), not " + repetition);
        Require.that(
                Double.isFinite(presence),
                "the presence penalty must be a number (0 changes nothing), not " + presence);
        Require.that(
                Double.isFinite(frequency),
                "the frequency penalty must be a number (0 changes nothing), not " + frequency);
        Require.that(
                noRepeatNgram >= 0,
                "the n-gram that must not repeat has 0 (none) or more tokens, not " + noRepeatNgram);
    }

    Penalties withLogitBias(Map<Integer, Double> value) {
        return new Penalties(value, repetition, presence, frequency, noRepeatNgram);
    }

    Penalties withRepetition(double value) {
        return new Penalties(logitBias, value, presence, frequency, noRepeatNgram);
    }

    Penalties withPresence(double value) {
        return new Penalties(logitBias, repetition, value, frequency, noRepeatNgram);
    }

    Penalties withFrequency(double value) {
        return new Penalties(logitBias, repetition, presence, value, noRepeatNgram);
    }

    Penalties withNoRepeatNgram(int value) {
        return new Penalties(logitBias, repetition, presence, frequency, value);
    }
}
