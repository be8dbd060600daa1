package org.maliang.serve.gate;

import io.javalin.http.Context;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.maliang.serve.ApiException;

/**
 * Lets requests in while the server is open, gives each its time, and notices who leaves. Closing it waits for those inside.
 */
public final class Gate implements AutoCloseable {

    private final ApiKeys keys;
    private final Duration most;
    private final Duration grace;
    private final Departures departures = new Departures();
    private final Object door = new Object();
    private int inside; // guarded by the door
    private volatile boolean closing; // set behind the door

    /**
     * A gate that is open.
     *
     * @param most how long a request may take
     * @param grace how long requests inside may go on when the gate closes
     */
    public Gate(ApiKeys keys, Duration most, Duration grace) {
        this.keys = keys;
        this.most = most;
        this.grace = grace;
    }

    /** Something to do for a request that was let in. */
    @FunctionalInterface
    public interface Work {
        void of(Visit visit);
    }

    /**
     * Does what a request asks for, if it is let in, and says in words for clients what goes wrong.
     *
     * @throws ApiException if it may not come in, or cannot be done
     */
    public void admitted(Context request, Work work) {
        try (Visit visit = enter(request)) {
            try {
                work.of(visit);
            } catch (CancellationException | RejectedExecutionException | IllegalArgumentException e) {
                throw visit.told(e);
            }
        }
    }

    /**
     * Lets a request in, of which all has come; close the visit when it is answered.
     *
     * @throws ApiException if it may not come in
     */
    private Visit enter(Context request) {
        keys.admit(request);
        synchronized (door) {
            if (closing) {
                throw ApiException.closing();
            }
            inside++;
        }
        CompletableFuture<Void> gone = new CompletableFuture<Void>().orTimeout(most.toMillis(), TimeUnit.MILLISECONDS);
        Optional<Departures.Watch> watch =
                channel(request).map(channel -> departures.watch(channel, () -> gone.complete(null)));
        return new Visit(this, gone, () -> {
            watch.ifPresent(Departures.Watch::close);
            gone.complete(null);
            synchronized (door) {
                inside--;
                door.notifyAll();
            }
        });
    }

    private static Optional<SocketChannel> channel(Context request) {
        Object transport = ServletContextRequest.getServletContextRequest(request.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .getTransport();
        return transport instanceof SocketChannel channel ? Optional.of(channel) : Optional.empty();
    }

    /** Whether requests are let in. */
    public boolean open() {
        return !closing;
    }

    /** How many requests are inside. */
    public int inside() {
        synchronized (door) {
            return inside;
        }
    }

    /** Lets nobody in any more and waits until all have left, or the grace is over. */
    @Override
    public void close() {
        long end = System.nanoTime() + grace.toNanos();
        synchronized (door) {
            closing = true;
            try {
                for (long left = grace.toMillis(); inside > 0 && left > 0; ) {
                    door.wait(left);
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        departures.close();
    }
}
