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

    private final TextGenerator generator;
    private final ThreadPoolExecutor thread;

    SingleDesk(EncoderDecoder model, Tokenizer tokenizer, int queue) {
        this.generator = new TextGenerator(model, tokenizer);
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), work -> {
            Thread made = new Thread(work, "maliang-writer");
            made.setDaemon(true);
            return made;
        });
    }

    @Override
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        return Relay.run(this::submit, relayed -> generator.write(prompt, options, relayed), listener, gone);
    }

    private <T> CompletableFuture<T> submit(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, thread);
    }

    @Override
    public <T> T call(Supplier<T> work) {
        return ServedModel.joined(submit(work));
    }

    @Override
    public Load load() {
        int running = thread.getActiveCount();
        long written = thread.getCompletedTaskCount();
        return new Load(thread.getQueue().size(), running, 0, 0, 0, written, 0, 0, 0, 0, 0);
    }

    /** Lets what is being written come to its end. */
    @Override
    public void close() {
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
