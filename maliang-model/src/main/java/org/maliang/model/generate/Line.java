package org.maliang.model.generate;

import java.util.random.RandomGenerator;

/** One of the texts that {@link TokenGenerator} writes. */
final class Line {

    private final int index;
    private final int prompt;
    private final Draft draft;
    private final int limit;
    private final RandomGenerator random;
    private FinishReason reason = FinishReason.LENGTH;
    private double logProbability;

    /**
     * A line with nothing on it.
     *
     * @param index what listeners know it by
     * @param prompt which prompt it follows
     * @param limit the most tokens to write
     */
    Line(int index, int prompt, Draft draft, int limit, RandomGenerator random) {
        this.index = index;
        this.prompt = prompt;
        this.draft = draft;
        this.limit = limit;
        this.random = random;
    }

    int prompt() {
        return prompt;
    }

    Draft draft() {
        return draft;
    }

    int limit() {
        return limit;
    }

    /** Where its chances come from: the same whatever else is written. */
    RandomGenerator random() {
        return random;
    }

    /** Adds a token and says whether the text goes on. */
    boolean take(int token, ScoreRules rules, TokenListener listener) {
        boolean ended = rules.ends(token);
        if (ended) {
            draft.end(token);
        } else {
            draft.add(token);
            ended = !listener.token(index, token) || draft.state().finished();
        }
        reason = ended ? FinishReason.STOP : FinishReason.LENGTH;
        return !ended && draft.written() < limit;
    }

    /** Counts what the model thinks of the token that was taken. */
    void weigh(double tokenLogProbability) {
        logProbability += tokenLogProbability;
    }

    /** The mean log-probability of the tokens, as far as they were weighed. */
    double meanLogProbability() {
        return logProbability / draft.written();
    }

    Continuation finish() {
        return draft.finish(reason);
    }
}
