package org.maliang.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM while long work runs: instead of dying at once, the process asks the work to stop and waits until it
 * has saved what it did. A second Ctrl-C is not needed; {@code kill -9} always works.
 */
final class Interrupt implements AutoCloseable {
    private static final long LONGEST_WAIT_SECONDS = 300;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    private Interrupt(Runnable stop) {
        this.hook = new Thread(() -> stopAndWait(stop), "interrupt");
    }

    /** While open, an interrupted process runs {@code stop} and waits for {@link #close}. */
    static Interrupt runs(Runnable stop) {
        var interrupt = new Interrupt(stop);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    private void stopAndWait(Runnable stop) {
        stop.run();
        try {
            if (!done.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("maliang: the current step takes too long; stopping without saving it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is already on its way out
        }
    }
}
