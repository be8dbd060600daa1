package org.maliang.serve.gate;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.maliang.serve.ApiException;

/** A request that was let in, until it is answered. */
public final class Visit implements AutoCloseable {

    private final CompletableFuture<Void> gone;
    private final Runnable leave;

    Visit(CompletableFuture<Void> gone, Runnable leave) {
        this.gone = gone;
        this.leave = leave;
    }

    /** Complete when nobody waits for the answer any more: the client has hung up, or time is over. */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    /** What to tell of a text that was given up; nothing to nobody. */
    public RuntimeException reason(CancellationException cancelled) {
        if (!gone.isDone()) {
            return ApiException.closing();
        }
        boolean late =
                gone.handle((any, error) -> error instanceof TimeoutException).join();
        return late
                ? ApiException.tooLong("the answer took longer than this server allows: ask for fewer tokens")
                : cancelled;
    }

    @Override
    public void close() {
        leave.run();
    }
}
