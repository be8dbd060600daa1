package org.maliang.serve.gate;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.maliang.serve.ApiException;

/** A request that was let in, until it is answered. */
public final class Visit implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Gate gate;
    private final CompletableFuture<Void> gone;
    private final Runnable leave;

    Visit(Gate gate, CompletableFuture<Void> gone, Runnable leave) {
        this.gate = gate;
        this.gone = gone;
        this.leave = leave;
    }

    /** Complete when nobody waits for the answer any more: the client has hung up, or time is over. */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    /** In words for clients what went wrong; where nobody waits any more, as it was. */
    public RuntimeException told(RuntimeException wrong) {
        if (wrong instanceof CancellationException cancelled) {
            return reason(cancelled);
        }
        if (wrong instanceof RejectedExecutionException) {
            return gate.open()
                    ? ApiException.tooMany("the server has all the requests it takes: try again in a second", SOON)
                    : ApiException.closing();
        }
        return wrong instanceof IllegalArgumentException
                ? ApiException.badRequest(String.valueOf(wrong.getMessage()))
                : wrong;
    }

    /** What to tell of work that was given up. */
    private RuntimeException reason(CancellationException cancelled) {
        if (!gone.isDone()) {
            return ApiException.closing();
        }
        boolean late =
                gone.handle((any, error) -> error instanceof TimeoutException).join();
        return late
                ? ApiException.tooLong(
                        "the answer took longer than this server allows: ask for fewer tokens, or send less at once")
                : cancelled;
    }

    @Override
    public void close() {
        leave.run();
    }
}
