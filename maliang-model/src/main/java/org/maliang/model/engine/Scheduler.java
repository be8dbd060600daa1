package org.maliang.model.engine;

/** Decides what the next pass through a model reads, and makes it. For one thread, but for {@link #job}. */
interface Scheduler extends AutoCloseable {

    /**
     * Begins a request, on any thread.
     *
     * @throws IllegalArgumentException if it cannot be
     */
    Job job(Request request);

    void add(Job job);

    /** Whether there is nothing to do. */
    boolean idle();

    /** Drops what nobody waits for, admits what there is room for and takes every text one pass further. */
    void step();

    Load load();

    /** Cancels what is not finished. */
    @Override
    void close();
}
