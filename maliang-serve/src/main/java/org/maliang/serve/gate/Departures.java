package org.maliang.serve.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Notices clients that hang up while their answer is still being made: a server that only writes learns of it late, or
 * never. One thread watches all connections.
 */
final class Departures implements AutoCloseable {

    private final Selector selector;
    private final Queue<Watch> fresh = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** A connection that is watched until it is closed. */
    final class Watch implements AutoCloseable {

        private final SocketChannel channel;
        private final Runnable gone;
        private volatile boolean over;

        private Watch(SocketChannel channel, Runnable gone) {
            this.channel = channel;
            this.gone = gone;
        }

        /** Nobody needs to know any more. */
        @Override
        public void close() {
            over = true;
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.attachment() == this) {
                key.cancel();
                selector.wakeup(); // a connection is watched again only after the old key has been taken out
            }
        }
    }

    Departures() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::run, "maliang-departures");
        thread.setDaemon(true);
        thread.start();
    }

    /** Calls {@code gone}, on a thread that must not be kept waiting, when the other side has closed the connection. */
    Watch watch(SocketChannel channel, Runnable gone) {
        Watch watch = new Watch(channel, gone);
        fresh.add(watch);
        selector.wakeup();
        return watch;
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(Departures::look); // before a key that is ready for one watch becomes that of the next
                register();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register() throws IOException {
        selector.selectNow(Departures::look); // takes cancelled keys out
        for (Watch watch = fresh.poll(); watch != null; watch = fresh.poll()) {
            try {
                if (!watch.over) {
                    watch.channel.register(selector, SelectionKey.OP_READ, watch);
                }
            } catch (ClosedChannelException e) {
                watch.gone.run();
            } catch (CancelledKeyException e) { // since the look above: the next one takes it out
                fresh.add(watch);
                selector.wakeup();
                return;
            }
        }
    }

    /** Readable and nothing to read: the end. With something to read, the next request is there already. */
    private static void look(SelectionKey key) {
        Watch watch = (Watch) key.attachment();
        key.cancel();
        try {
            if (!watch.over && watch.channel.socket().getInputStream().available() == 0) {
                watch.gone.run();
            }
        } catch (IOException e) {
            watch.gone.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
