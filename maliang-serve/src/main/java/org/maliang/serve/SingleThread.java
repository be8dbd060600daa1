package org.maliang.serve;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.maliang.model.engine.Load;

/**
 * One piece of work after the other. Of what is cancelled the thread is interrupted, which ends the reading of texts before
 * the next batch.
 */
final class SingleThread implements Desk {

    private final ThreadPoolExecutor thread;

    /** @param queue how many pieces may wait */
    SingleThread(int queue) {
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), work -> {
            Thread made = new Thread(work, "maliang-model");
            made.setDaemon(true);
            return made;
        });
    }

    @Override
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        FutureTask<T> task = new FutureTask<>(work::get) {
            @Override
            protected void done() {
                settle(this, future);
            }
        };
        thread.execute(task);
        var unused = future.whenComplete((any, error) -> {
            if (future.isCancelled()) {
                task.cancel(true);
                thread.remove(task); // who leaves makes room in the queue
            }
        });
        return future;
    }

    private static <T> void settle(Future<T> done, CompletableFuture<T> future) {
        try {
            future.complete(done.get());
        } catch (CancellationException e) {
            future.cancel(true);
        } catch (ExecutionException e) {
            future.completeExceptionally(e.getCause());
        } catch (InterruptedException e) { // cannot be: it is done
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Load load() {
        int running = thread.getActiveCount();
        long done = thread.getCompletedTaskCount();
        return new Load(thread.getQueue().size(), running, 0, 0, 0, done, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        thread.shutdownNow().forEach(waiting -> ((Future<?>) waiting).cancel(true));
        boolean interrupted = false;
        while (!thread.isTerminated()) {
            try {
                var unused = thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
