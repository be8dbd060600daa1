package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** How many CPU threads one operator may use. */
public final class Threads {
    static {
        Natives.load();
    }

    private static volatile int own; // 0 while nobody has set it

    private Threads() {}

    public static int threads() {
        return torch.get_num_threads();
    }

    public static void threads(int count) {
        if (count < 1) {
            throw new TensorException("threads: " + count + " is not possible; give at least 1");
        }
        own = count;
        libTorch(count);
    }

    /** Until the guard closes, LibTorch's operators have one thread; threads of ours go on sharing products. */
    public static Autograd.Guard onlyOwn() {
        int before = threads();
        libTorch(1);
        return () -> libTorch(before);
    }

    /** Whether threads of ours may share what LibTorch does in one. */
    static boolean libTorchSleeps() {
        return threads() == 1 && own() > 1;
    }

    /** Those of ours that may share a product, the caller among them. */
    static int own() {
        return own > 0 ? own : threads();
    }

    private static void libTorch(int count) {
        torch.set_num_threads(count);
        BlasThreads.set(count);
    }

    /**
     * Runs tasks whose operators use one thread each, as many at a time as one operator may use threads, begun in their order.
     * A single one, or where there is but one thread, runs on the caller's.
     *
     * <p>Where one fails, those that have not begun are left out, and its failure is thrown when the others have ended.
     *
     * <p>The threads end with it: while more threads than there are processors have computed and live, LibTorch's own sleep
     * after every operator. Threads of others that compute for the first time meanwhile are given one thread, too.
     *
     * @param most at a time, however many threads there are
     */
    public static void sideBySide(int most, Collection<? extends Runnable> tasks) {
        int count = threads();
        int beside = Math.min(Math.min(count, most), tasks.size());
        Queue<Runnable> waiting = new ConcurrentLinkedQueue<>(tasks);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable work = () -> {
            for (Runnable task = waiting.poll(); task != null && failure.get() == null; task = waiting.poll()) {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            }
        };
        if (beside < 2) {
            work.run();
        } else {
            threads(1); // what new threads begin with
            try {
                runAll(work, beside);
            } finally {
                threads(count);
            }
        }
        rethrow(failure.get());
    }

    private static void runAll(Runnable work, int count) {
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 1; i <= count; i++) {
                Thread thread = new Thread(work, "maliang-side-" + i);
                thread.start();
                threads.add(thread);
            }
        } finally {
            await(threads);
        }
    }

    private static void await(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true; // what they work on must not be freed under them
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
