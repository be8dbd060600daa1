package org.maliang.model.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.Line;
import org.maliang.model.generate.TokenGenerator;

/** A request on its way. All but its future belongs to the engine's thread. */
final class Job {

    final Request request;
    final List<Line> lines; // one a sample
    final int blocks; // that each of them takes
    final CompletableFuture<List<Continuation>> future = new CompletableFuture<>();
    private int begun;
    private int finished;
    private float @Nullable [] scores; // after the prompt

    Job(Request request, List<Line> lines) {
        this.request = request;
        this.lines = lines;
        int limit = lines.get(0).limit();
        this.blocks = Arena.blocksOf(request.prompt().length + limit - 1L);
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

    /** The scores of the first token, once the prompt has been read. */
    float @Nullable [] scores() {
        return scores;
    }

    void scores(float[] first) {
        scores = first;
    }
}
