package org.maliang.serve;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.maliang.model.engine.Load;

/** The thread that a model runs on, and what waits for its turn there. Owns the thread, not the model. */
interface Desk extends AutoCloseable {

    /**
     * Begins work with the model; none where the future is cancelled before its turn comes.
     *
     * @throws RejectedExecutionException if there is too much to do
     */
    <T> CompletableFuture<T> start(Supplier<T> work);

    /** What there is to do. */
    Load load();

    /** Gives up what is not finished. */
    @Override
    void close();
}
