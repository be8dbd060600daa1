package org.maliang.model.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.Line;
import org.maliang.model.generate.TokenGenerator;

/** A request on its way. All but its future belongs to the engine's thread. */
final class Job {

    final Request request;
    final List<Line> lines; // one a sample
    final int blocks; // of an arena that each of them takes
    final CompletableFuture<List<Continuation>> future = new CompletableFuture<>();
    private long arrived;
    private int begun;
    private int finished;
    private float @Nullable [] scores; // after the prompt

    /**
     * Takes a request on.
     *
     * @param tokens begins and ends its texts
     * @throws IllegalArgumentException if it cannot be
     */
    static Job of(Request request, TokenGenerator tokens, EngineSettings settings) {
        List<Line> lines = tokens.lines(List.of(request.prompt()), request.options());
        Job job = new Job(
                request,
                lines,
                Arena.blocksOf(request.prompt().length + lines.get(0).limit() - 1L));
        if (job.blocks > Arena.blocksOf(settings.positions())) {
            throw new IllegalArgumentException("prompt and text of " + request.prompt().length + " + "
                    + job.lines.get(0).limit() + " tokens do not fit into the engine's " + settings.positions()
                    + " positions: ask for fewer tokens or give the engine more positions");
        }
        return job;
    }

    /**
     * Takes on a request for texts about a source.
     *
     * @param lines one a sample, with nothing written
     */
    static Job about(Request request, List<Line> lines) {
        return new Job(request, lines, 0);
    }

    private Job(Request request, List<Line> lines, int blocks) {
        if (request.options().search().penaltyAlpha() > 0) {
            throw new IllegalArgumentException(
                    "contrastive search compares hidden states, which an engine does not keep:"
                            + " leave penalty_alpha at 0, or write with a TokenGenerator");
        }
        this.request = request;
        this.lines = lines;
        this.blocks = blocks;
    }

    /** Is the {@code place}-th to arrive. */
    void arrive(long place) {
        arrived = place;
    }

    /** The lower, the earlier its next text begins. */
    long turn() {
        return arrived + begun;
    }

    /** Whether every text has begun. */
    boolean allBegun() {
        return begun == lines.size();
    }

    boolean noneBegun() {
        return begun == 0;
    }

    /** The index of the next text, which begins now. */
    int begin() {
        return begun++;
    }

    /** Counts a text as finished. */
    void finish() {
        if (++finished == lines.size()) {
            future.complete(TokenGenerator.best(lines, request.options()));
        }
    }

    /** Nobody waits for it any more: it is complete, failed or cancelled. */
    boolean over() {
        return future.isDone();
    }

    /** Does something for it: what goes wrong is its own affair. */
    void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    /** Throws what it failed with, if it did. */
    void requireNoFailure() {
        if (future.isCompletedExceptionally()) {
            join(future);
        }
    }

    /** Waits for texts; throws what they failed with. */
    static List<Continuation> join(CompletableFuture<List<Continuation>> texts) {
        try {
            return texts.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The scores of the first token, once the prompt has been read. */
    float @Nullable [] scores() {
        return scores;
    }

    void scores(float[] first) {
        scores = first;
    }
}
