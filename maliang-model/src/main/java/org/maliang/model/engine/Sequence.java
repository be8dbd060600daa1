package org.maliang.model.engine;

import java.util.Arrays;
import java.util.Optional;
import org.maliang.model.generate.Constraint;
import org.maliang.model.generate.Line;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * One text with its run of blocks: what of it the model has read, and what it reads next. A prompt on its way and a text
 * that grows differ only in how much is left to read.
 *
 * <p>Owns the views of its run, its cache and its guesses.
 */
final class Sequence implements AutoCloseable {

    final Job job;
    final int index; // of the sample
    private final Line line;
    private final int start; // block
    private final Tensor run; // [layers, 2, heads, positions, headDim]
    private final KvCache cache;
    private final Speculation.Guesses guesses;
    private Optional<Integer> chosen = Optional.empty(); // the token after the latest pass, where it was chosen already
    private int[] guessed = {}; // what may follow the text, read with its last token

    Sequence(Job job, int start, Arena arena) {
        this.job = job;
        this.index = job.begin();
        this.line = job.lines.get(index);
        this.start = start;
        this.guesses = job.request.speculation().begin(line);
        try (Scope scope = Scope.open()) {
            run = scope.keep(arena.run(start, job.blocks));
            cache = KvCache.over(run);
            scope.keepAll(cache.buffers());
        }
    }

    Line line() {
        return line;
    }

    int start() {
        return start;
    }

    Tensor run() {
        return run;
    }

    /** Tokens of the text that the model has not read. */
    int unread() {
        return line.length() - (int) cache.length();
    }

    /** Whether the prompt, or what is left of it, is still to be read. */
    boolean readsPrompt() {
        return line.written() == 0;
    }

    /** Counts {@code positions} of the run as read, after they were copied there. */
    void copied(long positions) {
        cache.advance(positions);
    }

    /** Copies the prompt from another sample of it. */
    void copyPrompt(Sequence other) {
        long positions = job.request.prompt().length;
        try (Scope scope = Scope.open()) {
            run.narrow(3, 0, positions).copyFrom(other.run.narrow(3, 0, positions));
        }
        copied(positions);
    }

    /** The next {@code count} unread tokens, and guesses after the last. */
    long[] next(int count, int vocabulary) {
        guessed = readsPrompt() ? new int[0] : guess(vocabulary);
        int from = (int) cache.length();
        long[] ids = new long[count + guessed.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i < count ? line.at(from + i) : guessed[i - count];
        }
        return ids;
    }

    KvCache cache() {
        return cache;
    }

    /** Never so many that the text could outgrow its run; ids that this model does not know end a guess. */
    private int[] guess(int vocabulary) {
        int[] next = guesses.next(line, line.limit() - line.written() - 1);
        int known = 0;
        while (known < next.length && next[known] >= 0 && next[known] < vocabulary) {
            known++;
        }
        return Arrays.copyOf(next, known);
    }

    /** How many guesses the last pass read. */
    int guessed() {
        return guessed.length;
    }

    /** Whether the next token may be chosen on another thread: constraints are for one at a time. */
    boolean choosesFreely() {
        return job.request.options().constraint() == Constraint.NONE;
    }

    /**
     * Chooses the token that {@link #advance} will take first.
     *
     * @param row work space of one row
     */
    void choose(float[] scores, int first, float[] row) {
        chosen = Optional.of(line.choose(scores, first, row));
    }

    /**
     * Goes on by one token, and by one more for every guess that was right.
     *
     * @param scores one row for the last token of the text and one for every guess
     * @param first where the first row begins
     * @param row work space of one row
     */
    void advance(float[] scores, int first, float[] row) {
        boolean more = true;
        for (int i = 0; i <= guessed.length && more; i++) {
            int offset = first + i * row.length;
            int token = chosen.isPresent() ? chosen.get() : line.choose(scores, offset, row);
            chosen = Optional.empty();
            more = line.take(token, index, job.request.listener(), scores, offset, row.length)
                    && i < guessed.length
                    && token == guessed[i];
        }
        cache.rewind(Math.min(cache.length(), line.length() - 1L));
    }

    /** What the model has read of the text. */
    int[] read() {
        int[] ids = new int[(int) cache.length()];
        Arrays.setAll(ids, line::at);
        return ids;
    }

    @Override
    public void close() {
        guesses.close();
        cache.close();
        run.close();
    }
}
