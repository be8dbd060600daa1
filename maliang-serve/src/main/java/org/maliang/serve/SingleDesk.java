package org.maliang.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.engine.Load;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;
import org.maliang.tokenizer.Tokenizer;

/** An encoder-decoder writes one request after the other. */
final class SingleDesk implements Desk {

    private final ThreadPoolExecutor thread;
    private final Turns turns;

    SingleDesk(EncoderDecoder model, Tokenizer tokenizer, int queue) {
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), work -> {
            Thread made = new Thread(work, "maliang-writer");
            made.setDaemon(true);
            return made;
        });
        this.turns = new Turns(new TextGenerator(model, tokenizer), tokenizer.vocabularySize(), this::start);
    }

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        return turns.write(prompt, options, listener, gone);
    }

    @Override
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable task = () -> {
            if (!future.isDone()) {
                try {
                    future.complete(work.get());
                } catch (RuntimeException | Error e) {
                    future.completeExceptionally(e);
                }
            }
        };
        thread.execute(task);
        var unused = future.whenComplete((any, error) -> thread.remove(task)); // who leaves makes room in the queue
        return future;
    }

    @Override
    public Load load() {
        int running = thread.getActiveCount();
        long written = thread.getCompletedTaskCount();
        return new Load(thread.getQueue().size(), running, 0, 0, 0, written, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        turns.end();
        thread.shutdown();
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
