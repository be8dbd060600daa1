package org.maliang.model.generate;

import java.util.List;

/**
 * How to write. Start from {@link #defaults()} and change what differs:
 *
 * <pre>{@code GenerationOptions.defaults().withMaxTokens(64).withTemperature(0.8).withSeed(7)}</pre>
 *
 * <p>With more than one beam nothing is drawn: temperature, top-k, top-p and seed then have no effect.
 *
 * @param maxTokens the most tokens to write, at least 1; a text also ends where the model's context does
 * @param minTokens how many tokens are written before the end-of-text token may be chosen; a constraint that allows
 *     nothing but the end outranks it
 * @param samples how many texts to write at once; with beams, how many of the best to return
 * @param seed the same seed gives the same texts; sample {@code i} is the same whatever the number of samples
 * @param temperature divides the scores before drawing; 0 always takes the best token
 * @param topK draw from this many best tokens; 0 stands for all
 * @param topP draw from the fewest best tokens that together have this probability; 1 stands for all
 * @param repetitionPenalty lowers the scores of tokens that prompt or text already hold (Keskar et al.,
 *     arXiv:1909.05858); 1 leaves them alone
 * @param noRepeatNgram no run of this many tokens occurs twice, prompt included; 0 allows it
 * @param beams width of the beam search; 1 stands for sampling
 * @param lengthPenalty the exponent of the length that beam scores are divided by
 * @param earlyStopping whether a search ends when as many texts have ended as there are beams, though better ones may follow
 * @param stop strings that end a text when they are written; they are not part of it
 * @param constraint a shape held by construction
 */
public record GenerationOptions(
        int maxTokens,
        int minTokens,
        int samples,
        long seed,
        double temperature,
        int topK,
        double topP,
        double repetitionPenalty,
        int noRepeatNgram,
        int beams,
        double lengthPenalty,
        boolean earlyStopping,
        List<String> stop,
        Constraint constraint) {

    private static final GenerationOptions DEFAULTS =
            new GenerationOptions(128, 0, 1, 0, 0.8, 0, 0.95, 1, 0, 1, 1, false, List.of(), Constraint.NONE);

    public GenerationOptions {
        stop = List.copyOf(stop);
        require(maxTokens >= 1, "the length must be at least 1 token, not " + maxTokens);
        require(minTokens >= 0, "the minimum length must be 0 tokens or more, not " + minTokens);
        require(
                minTokens <= maxTokens,
                "the minimum length " + minTokens + " exceeds the length " + maxTokens
                        + ": lower one or raise the other");
        require(samples >= 1, "the number of samples must be at least 1, not " + samples);
        require(
                temperature >= 0 && Double.isFinite(temperature),
                "the temperature must be 0 (always the best token) or more, not " + temperature);
        require(topK >= 0, "top-k must be 0 (all tokens) or more, not " + topK);
        require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1 (all tokens), not " + topP);
        require(
                repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
                "the repetition penalty must be above 0 (1 changes nothing), not " + repetitionPenalty);
        require(
                noRepeatNgram >= 0,
                "the n-gram that must not repeat has 0 (none) or more tokens, not " + noRepeatNgram);
        require(beams >= 1, "the number of beams must be at least 1 (no search), not " + beams);
        require(
                beams == 1 || samples <= beams,
                "a search with " + beams + " beams has no " + samples + " results: raise beams or lower samples");
        require(Double.isFinite(lengthPenalty), "the length penalty must be a number, not " + lengthPenalty);
        require(stop.stream().noneMatch(String::isEmpty), "a stop string must not be empty");
    }

    /** One text of at most 128 tokens, temperature 0.8, top-p 0.95, seed 0. */
    public static GenerationOptions defaults() {
        return DEFAULTS;
    }

    public GenerationOptions withMaxTokens(int value) {
        return new GenerationOptions(
                value,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withMinTokens(int value) {
        return new GenerationOptions(
                maxTokens,
                value,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withSamples(int value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                value,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withSeed(long value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                value,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withTemperature(double value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                value,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withTopK(int value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                value,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withTopP(double value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                value,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withRepetitionPenalty(double value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                value,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withNoRepeatNgram(int value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                value,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withBeams(int value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                value,
                lengthPenalty,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withLengthPenalty(double value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                value,
                earlyStopping,
                stop,
                constraint);
    }

    public GenerationOptions withEarlyStopping(boolean value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                value,
                stop,
                constraint);
    }

    public GenerationOptions withStop(List<String> value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                value,
                constraint);
    }

    public GenerationOptions withConstraint(Constraint value) {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                samples,
                seed,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgram,
                beams,
                lengthPenalty,
                earlyStopping,
                stop,
                value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
