package org.maliang.serve;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which the head of a request has begun to come and does not end: every byte makes them look alive to
 * an idle timeout.
 */
final class HeadDeadline implements Connection.Listener {

    private final long millis;
    private final Supplier<Scheduler> scheduler;
    private final Map<Connection, Scheduler.Task> looks = new ConcurrentHashMap<>();

    /**
     * What a connection had sent when it was looked at.
     *
     * @param requests of which the head was whole
     * @param late whether more had come since the look before that, and no whole head
     */
    private record Seen(long requests, long bytes, boolean late) {}

    /**
     * A deadline.
     *
     * @param millis how long a head may take; some are given twice as long
     */
    HeadDeadline(long millis, Supplier<Scheduler> scheduler) {
        this.millis = millis;
        this.scheduler = scheduler;
    }

    @Override
    public void onOpened(Connection connection) {
        lookLater(connection, new Seen(0, 0, false));
    }

    @Override
    public void onClosed(Connection connection) {
        Optional.ofNullable(looks.remove(connection)).ifPresent(Scheduler.Task::cancel);
    }

    private void lookLater(Connection connection, Seen seen) {
        looks.put(connection, scheduler.get().schedule(() -> look(connection, seen), millis, TimeUnit.MILLISECONDS));
        if (!connection.getEndPoint().isOpen()) {
            onClosed(connection);
        }
    }

    private void look(Connection connection, Seen before) {
        Seen now = new Seen(connection.getMessagesIn(), connection.getBytesIn(), false);
        boolean incomplete = now.requests == before.requests
                && now.requests == connection.getMessagesOut()
                && now.bytes > before.bytes;
        if (incomplete && before.late) {
            connection.getEndPoint().close(new TimeoutException("the head of a request took too long"));
        } else {
            lookLater(connection, incomplete ? new Seen(before.requests, before.bytes, true) : now);
        }
    }
}
