package org.maliang.model.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.generate.TokenWriter;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;

/**
 * Writes many texts at once. Callers on any thread submit requests; one thread runs the model, and every pass takes all
 * texts on their way one token further.
 *
 * <pre>{@code
 * try (Engine engine = new Engine(decoder, EngineSettings.of(8192))) {
 *     CompletableFuture<List<Continuation>> text = engine.submit(Request.of(ids, options));
 *     text.cancel(true); // frees its place in the batch before the next pass
 * }
 * }</pre>
 *
 * <p>What is written does not depend on what else is on its way: options, seeds and results are those of
 * {@link TokenGenerator}. A request that fails does so alone.
 *
 * <p>Owns its thread, keys and values, not the model, which nobody else may train meanwhile.
 */
public final class Engine implements TokenWriter, AutoCloseable {

    private final EngineSettings settings;
    private final Scheduler scheduler; // of the thread alone, but for the beginning of jobs
    private final LinkedBlockingQueue<Order> inbox = new LinkedBlockingQueue<>();
    private final Semaphore places;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Load load;

    /** What its thread is to do next, and what fails when the engine is closed before. */
    private record Order(CompletableFuture<?> future, Runnable work) {}

    /** Ends texts at the end-of-text token of the decoder's configuration. */
    public Engine(Decoder decoder, EngineSettings settings) {
        this(decoder, new TokenGenerator(decoder), settings);
    }

    /**
     * Begins and ends texts as {@code generator} does.
     *
     * @param generator writes with {@code decoder}
     */
    public Engine(Decoder decoder, TokenGenerator generator, EngineSettings settings) {
        this(() -> new DecoderScheduler(decoder, generator, settings), settings);
    }

    /**
     * Writes with an encoder-decoder: the prompt of a request is what is read, the ids of a source, or of the text to go on
     * after.
     *
     * @param choosable ids below this are written
     */
    public Engine(EncoderDecoder model, int choosable, EngineSettings settings) {
        this(() -> new SourceScheduler(model, choosable, settings), settings);
    }

    private Engine(Supplier<Scheduler> scheduler, EngineSettings settings) {
        this.settings = settings;
        this.places = new Semaphore(settings.queue());
        this.scheduler = Scope.unowned(scheduler);
        this.load = this.scheduler.load();
        thread = new Thread(this::run, "maliang-engine");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Asks for the continuations of a prompt, one a sample. Cancelling the future takes the request out of the batch before
     * the next pass.
     *
     * @return fails as {@code TokenGenerator} would while it writes
     * @throws IllegalArgumentException if the request cannot be: contrastive search, an empty prompt, an unknown id, a prompt beyond the context,
     *     or more tokens than the engine has positions
     * @throws RejectedExecutionException if too many requests wait, or the engine is closed
     */
    public CompletableFuture<List<Continuation>> submit(Request request) {
        Job job = scheduler.job(request);
        if (closed) {
            throw new RejectedExecutionException("the engine is closed");
        }
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException("the engine has " + settings.queue()
                    + " requests that are not finished: try again later, or give it a longer queue");
        }
        var unused = job.future.whenComplete((texts, error) -> places.release());
        order(new Order(job.future, () -> scheduler.add(job)));
        return job.future;
    }

    /**
     * Does other work with the decoder on the engine's thread, between two passes: texts on their way wait for it.
     *
     * @return fails as the work does; cancelled when the engine is closed before it begins
     * @throws RejectedExecutionException if the engine is closed
     */
    public <T> CompletableFuture<T> call(Supplier<T> work) {
        if (closed) {
            throw new RejectedExecutionException("the engine is closed");
        }
        CompletableFuture<T> future = new CompletableFuture<>();
        order(new Order(future, () -> {
            if (!future.isDone()) {
                try {
                    future.complete(work.get());
                } catch (RuntimeException | Error e) {
                    future.completeExceptionally(e);
                }
            }
        }));
        return future;
    }

    private void order(Order order) {
        inbox.add(order);
        if (closed) {
            order.future.cancel(true);
        }
    }

    @Override
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener) {
        return write(prompts, options, listener, Speculation.NONE);
    }

    /**
     * Submits all prompts and waits; the listener is heard on the engine's thread.
     *
     * @throws IllegalArgumentException as {@link #submit} does, before anything is written
     */
    public List<Continuation> write(
            List<int[]> prompts, GenerationOptions options, TokenListener listener, Speculation speculation) {
        List<CompletableFuture<List<Continuation>>> texts = new ArrayList<>();
        try {
            Request.each(prompts, options, listener, speculation).forEach(request -> texts.add(submit(request)));
            return texts.stream().flatMap(text -> Job.join(text).stream()).toList();
        } finally {
            texts.forEach(text -> text.cancel(true));
        }
    }

    /** What there is to do, as of the latest pass. */
    public Load load() {
        return load;
    }

    private void run() {
        try (Autograd.Guard frozen = Autograd.noGrad();
                scheduler) {
            while (!closed) {
                if (scheduler.idle()) {
                    inbox.take().work.run();
                }
                for (Order next = inbox.poll(); next != null; next = inbox.poll()) {
                    next.work.run();
                }
                if (!closed) {
                    scheduler.step();
                    load = scheduler.load();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed = true;
            inbox.forEach(order -> order.future.cancel(true));
        }
    }

    /** Cancels what is not finished, and waits until the thread has ended. Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
