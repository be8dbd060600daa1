package org.maliang.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/** The threads of one training; what fails on them fails in the caller, as a {@link TokenizerException}. */
final class Workers implements AutoCloseable {
    private static final int BLOCK = 16;

    private final int threads;
    private final ExecutorService pool;

    Workers(int threads) {
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    <T> Future<T> submit(Callable<T> work) {
        return pool.submit(work);
    }

    /** Deals the numbers below {@code total} out to the threads, each of which works with a state of its own. */
    <T> List<T> deal(int total, Supplier<T> state, ObjIntConsumer<T> work) {
        var next = new AtomicInteger();
        List<Future<T>> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            running.add(submit(() -> {
                T own = state.get();
                for (int from = next.getAndAdd(BLOCK); from < total; from = next.getAndAdd(BLOCK)) {
                    for (int i = from; i < Math.min(total, from + BLOCK); i++) {
                        work.accept(own, i);
                    }
                }
                return own;
            }));
        }
        return running.stream().map(Workers::result).toList();
    }

    static <T> T result(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TokenizerException("tokenizer training: interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TokenizerException known) {
                throw known;
            }
            throw new TokenizerException("tokenizer training: a thread failed: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
