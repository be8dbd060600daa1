package org.maliang.serve.request;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.maliang.serve.gate.Visit;

/** Does the parts of a request side by side, a thread each; a request of one part needs none. */
public final class SideBySide {

    private final Executor threads;

    /** @param most how many parts may be on their way, of all requests */
    public SideBySide(int most) {
        this.threads = new ThreadPoolExecutor(0, most, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "maliang-prompt");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Does the same for every index below {@code count}; the first that fails ends the visit and is thrown. */
    public <T> List<T> each(int count, IntFunction<T> work, Visit visit) {
        if (count == 1) {
            return List.of(work.apply(0));
        }
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        List<CompletableFuture<T>> all = IntStream.range(0, count)
                .mapToObj(index -> begin(() -> work.apply(index)).whenComplete((done, error) -> {
                    if (error != null) {
                        failure.complete(error instanceof CompletionException ? error.getCause() : error);
                        visit.gone().complete(null);
                    }
                }))
                .toList();
        for (CompletableFuture<T> one : all) {
            one.handle((done, error) -> true).join();
        }
        if (failure.isDone()) {
            throw unchecked(failure.join());
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException exception ? exception : new IllegalStateException(failure);
    }

    private <T> CompletableFuture<T> begin(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
