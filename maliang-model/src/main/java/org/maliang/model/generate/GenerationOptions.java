package org.maliang.model.generate;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to write. Start from {@link #defaults()} and change what differs:
 *
 * <pre>{@code GenerationOptions.defaults().withMaxTokens(64).withTemperature(0.8).withSeed(7)}</pre>
 *
 * @param maxTokens the most tokens to write, at least 1; a text also ends where the model's context does
 * @param minTokens how many tokens are written before a token that ends the text may be chosen; a constraint that allows
 *     nothing but the end outranks it
 * @param samples how many texts to return
 * @param seed the same seed gives the same texts; sample {@code i} is the same whatever the number of samples
 * @param sampling what is drawn from
 * @param penalties what changes scores before a draw or a search
 * @param search what is done instead of taking every text that is drawn
 * @param stop strings that end a text when they are written; they are not part of it
 * @param stopTokens ids that end a text as the end-of-text token does
 * @param constraint a shape held by construction
 */
public record GenerationOptions(
        int maxTokens,
        int minTokens,
        int samples,
        long seed,
        Sampling sampling,
        Penalties penalties,
        Search search,
        List<String> stop,
        Set<Integer> stopTokens,
        Constraint constraint) {

    private static final GenerationOptions DEFAULTS = new GenerationOptions(
            128,
            0,
            1,
            0,
            new Sampling(0.8, 0, 0.95, 0, 1),
            new Penalties(Map.of(), 1, 0, 0, 0),
            new Search(1, 1, 0, 1, false, 0, 0),
            List.of(),
            Set.of(),
            Constraint.NONE);

    public GenerationOptions {
        stop = List.copyOf(stop);
        stopTokens = Set.copyOf(stopTokens);
        Require.that(maxTokens >= 1, "the length must be at least 1 token, not " + maxTokens);
        Require.that(minTokens >= 0, "the minimum length must be 0 tokens or more, not " + minTokens);
        Require.that(
                minTokens <= maxTokens,
                "the minimum length " + minTokens + " exceeds the length " + maxTokens
                        + ": lower one or raise the other");
        Require.that(samples >= 1, "the number of samples must be at least 1, not " + samples);
        Require.that(
                search.beams() == 1 || samples <= search.beams(),
                "a search with " + search.beams() + " beams has no " + samples
                        + " results: raise beams or lower samples");
        Require.that(
                search.bestOf() == 0 || samples <= search.bestOf(),
                "the best of " + search.bestOf() + " texts cannot be " + samples + ": raise best-of or lower samples");
        Require.that(
                search.penaltyAlpha() == 0 || samples == 1,
                "contrastive search finds 1 text, not " + samples + ": lower samples");
        Require.that(
                search.penaltyAlpha() == 0 || sampling.topK() >= 1,
                "contrastive search chooses from the top-k tokens: set top-k, usually from 4 to 10");
        Require.that(stop.stream().noneMatch(String::isEmpty), "a stop string must not be empty");
    }

    /** One text of at most 128 tokens, temperature 0.8, top-p 0.95, seed 0. */
    public static GenerationOptions defaults() {
        return DEFAULTS;
    }

    /** {@link Sampling#temperature()}. */
    public double temperature() {
        return sampling.temperature();
    }

    /** {@link Sampling#topK()}. */
    public int topK() {
        return sampling.topK();
    }

    /** {@link Sampling#topP()}. */
    public double topP() {
        return sampling.topP();
    }

    /** {@link Penalties#repetition()}. */
    public double repetitionPenalty() {
        return penalties.repetition();
    }

    /** {@link Penalties#noRepeatNgram()}. */
    public int noRepeatNgram() {
        return penalties.noRepeatNgram();
    }

    /** {@link Search#beams()}. */
    public int beams() {
        return search.beams();
    }

    /** {@link Search#lengthPenalty()}. */
    public double lengthPenalty() {
        return search.lengthPenalty();
    }

    /** {@link Search#earlyStopping()}. */
    public boolean earlyStopping() {
        return search.earlyStopping();
    }

    /** How many texts are drawn a prompt: {@link #samples()}, or as many as the best are looked for among. */
    public int drawn() {
        return Math.max(samples, search.bestOf());
    }

    public GenerationOptions withMaxTokens(int value) {
        return new GenerationOptions(
                value, minTokens, samples, seed, sampling, penalties, search, stop, stopTokens, constraint);
    }

    public GenerationOptions withMinTokens(int value) {
        return new GenerationOptions(
                maxTokens, value, samples, seed, sampling, penalties, search, stop, stopTokens, constraint);
    }

    public GenerationOptions withSamples(int value) {
        return new GenerationOptions(
                maxTokens, minTokens, value, seed, sampling, penalties, search, stop, stopTokens, constraint);
    }

    public GenerationOptions withSeed(long value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, value, sampling, penalties, search, stop, stopTokens, constraint);
    }

    public GenerationOptions withSampling(Sampling value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, seed, value, penalties, search, stop, stopTokens, constraint);
    }

    public GenerationOptions withPenalties(Penalties value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, seed, sampling, value, search, stop, stopTokens, constraint);
    }

    public GenerationOptions withSearch(Search value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, seed, sampling, penalties, value, stop, stopTokens, constraint);
    }

    public GenerationOptions withStop(List<String> value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, seed, sampling, penalties, search, value, stopTokens, constraint);
    }

    public GenerationOptions withStopTokens(Set<Integer> value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, seed, sampling, penalties, search, stop, value, constraint);
    }

    public GenerationOptions withConstraint(Constraint value) {
        return new GenerationOptions(
                maxTokens, minTokens, samples, seed, sampling, penalties, search, stop, stopTokens, value);
    }

    public GenerationOptions withTemperature(double value) {
        return withSampling(sampling.withTemperature(value));
    }

    public GenerationOptions withTopK(int value) {
        return withSampling(sampling.withTopK(value));
    }

    public GenerationOptions withTopP(double value) {
        return withSampling(sampling.withTopP(value));
    }

    public GenerationOptions withMinP(double value) {
        return withSampling(sampling.withMinP(value));
    }

    public GenerationOptions withTypicalP(double value) {
        return withSampling(sampling.withTypicalP(value));
    }

    public GenerationOptions withLogitBias(Map<Integer, Double> value) {
        return withPenalties(penalties.withLogitBias(value));
    }

    public GenerationOptions withRepetitionPenalty(double value) {
        return withPenalties(penalties.withRepetition(value));
    }

    public GenerationOptions withPresencePenalty(double value) {
        return withPenalties(penalties.withPresence(value));
    }

    public GenerationOptions withFrequencyPenalty(double value) {
        return withPenalties(penalties.withFrequency(value));
    }

    public GenerationOptions withNoRepeatNgram(int value) {
        return withPenalties(penalties.withNoRepeatNgram(value));
    }

    public GenerationOptions withBeams(int value) {
        return withSearch(search.withBeams(value));
    }

    public GenerationOptions withBeamGroups(int value) {
        return withSearch(search.withGroups(value));
    }

    public GenerationOptions withDiversityPenalty(double value) {
        return withSearch(search.withDiversityPenalty(value));
    }

    public GenerationOptions withLengthPenalty(double value) {
        return withSearch(search.withLengthPenalty(value));
    }

    public GenerationOptions withEarlyStopping(boolean value) {
        return withSearch(search.withEarlyStopping(value));
    }

    /** Contrastive search; {@link #withTopK top-k} first. */
    public GenerationOptions withPenaltyAlpha(double value) {
        return withSearch(search.withPenaltyAlpha(value));
    }

    public GenerationOptions withBestOf(int value) {
        return withSearch(search.withBestOf(value));
    }
}
