package org.maliang.model.generate;

import java.util.random.RandomGenerator;

/**
 * One text on its way: the prompt, what was written after it and all that decides how it goes on. It chooses tokens by
 * scores and does not know where these come from, so whoever computes scores may serve many lines at once.
 *
 * <p>{@link TokenGenerator#lines} begins lines. For use by one thread at a time.
 */
public final class Line {

    private final Draft draft;
    private final int limit; // of tokens to write
    private final ScoreRules rules;
    private final Sampler sampler;
    private final RandomGenerator random;
    private final boolean weighing;
    private FinishReason reason = FinishReason.LENGTH;
    private boolean ended;
    private double logProbability; // of the chosen tokens, where they are weighed

    /** A line with nothing written on it; {@code weighing} keeps account of {@link #meanLogProbability}. */
    Line(Draft draft, int limit, ScoreRules rules, Sampler sampler, RandomGenerator random, boolean weighing) {
        this.draft = draft;
        this.limit = limit;
        this.rules = rules;
        this.sampler = sampler;
        this.random = random;
        this.weighing = weighing;
    }

    /**
     * The same text, to be guessed at: it may be continued without any effect on this one, and draws the random numbers
     * that this one will draw. It is of use until this one goes on.
     */
    public Line guess() {
        RandomGenerator seen = random instanceof Tape tape ? tape.ahead() : random;
        return new Line(draft.fork(), limit, rules, sampler, seen, false);
    }

    /**
     * Chooses the next token; {@link #take} adds it.
     *
     * @param scores holds, from {@code offset} on, one logit an id
     * @param row work space of one number an id
     * @throws IllegalStateException if the constraint allows nothing that the model knows
     */
    public int choose(float[] scores, int offset, float[] row) {
        rules.apply(draft, scores, offset, row);
        int token = sampler.choose(row, random);
        if (weighing) {
            logProbability += scores[offset + token] - LogSoftmax.normaliser(scores, offset, row.length);
        }
        return token;
    }

    /**
     * Adds a token, announces it unless it ends the text, and says whether the text goes on.
     *
     * @param index of the text, for the listener
     * @param scores what the token was chosen by: from {@code offset} on, {@code size} logits
     */
    public boolean take(int token, int index, TokenListener listener, float[] scores, int offset, int size) {
        if (rules.ends(token)) {
            draft.end(token);
            ended = true;
        } else {
            draft.add(token);
            int named = listener.alternatives();
            boolean more = named < 0
                    ? listener.token(index, token)
                    : listener.token(
                            index,
                            LogSoftmax.score(token, scores, offset, Math.min(size, rules.choosable()), size, named));
            ended = !more || draft.state().finished();
        }
        reason = ended ? FinishReason.STOP : FinishReason.LENGTH;
        return open();
    }

    /**
     * Chooses and takes a token.
     *
     * @param index of the text, for the listener
     * @param row work space of one number an id, of which there are so many scores
     */
    public boolean next(int index, TokenListener listener, float[] scores, int offset, float[] row) {
        return take(choose(scores, offset, row), index, listener, scores, offset, row.length);
    }

    /** Whether the text goes on. */
    public boolean open() {
        return !ended && draft.written() < limit;
    }

    Draft draft() {
        return draft;
    }

    /** Tokens of prompt and text. */
    public int length() {
        return draft.length();
    }

    /** Tokens written after the prompt. */
    public int written() {
        return draft.written();
    }

    /** The most tokens that are written after the prompt. */
    public int limit() {
        return limit;
    }

    /** The latest token. */
    public int last() {
        return draft.last();
    }

    /** The {@code index}-th token of prompt and text. */
    public int at(int index) {
        return draft.at(index);
    }

    /** The mean log-probability that the model itself, without rules and filters, gives the tokens written. */
    double meanLogProbability() {
        return logProbability / draft.written();
    }

    /** What was written so far. */
    public Continuation continuation() {
        return draft.finish(reason);
    }
}
