package org.maliang.serve;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.maliang.model.engine.Load;
import org.maliang.pipeline.Pipeline;
import org.maliang.pipeline.Pipelines;
import org.maliang.pipeline.Task;
import org.maliang.pipeline.WritingPipeline;
import org.maliang.tokenizer.Tokenizer;

/**
 * The model that is served, with the pipeline of its task. It runs on the thread of its {@link Desk} alone, whoever asks: one
 * that writes is its {@link #writer()}'s, whatever else is asked is done in turn.
 *
 * <p>Owns pipeline and desk.
 */
public final class ServedModel implements AutoCloseable {

    private final String name;
    private final Path path;
    private final long created;
    private final Pipeline<?, ?> pipeline;
    private final Desk desk;
    private final Optional<ServedWriter> writer;

    private ServedModel(ServerOptions options, Pipeline<?, ?> pipeline) {
        this.path = options.model().toAbsolutePath().normalize();
        this.name = path.getFileName().toString().replaceFirst("\\.gguf$", "");
        this.created = System.currentTimeMillis() / 1000;
        this.pipeline = pipeline;
        if (pipeline instanceof WritingPipeline<?, ?> writing) {
            WritingDesk writers = WritingDesk.of(writing.model(), options);
            this.desk = writers;
            this.writer = Optional.of(new ServedWriter(path, writing.model(), writers));
        } else {
            options.access().words().ifPresent(words -> {
                throw new IllegalArgumentException("serve: " + words + " is for models that write, and " + name
                        + " is served for " + pipeline.task() + ": leave the word list out");
            });
            this.desk = new SingleThread(options.bounds().queue());
            this.writer = Optional.empty();
        }
    }

    /**
     * Loads the model, which is named after its directory or file.
     *
     * @throws org.maliang.model.UnsupportedModelException if there is no pipeline for the task, or the model does not suit it
     */
    public static ServedModel load(ServerOptions options) {
        // On a thread that ends: what it has of OpenMP would take processors from the thread that writes.
        Pipeline<?, ?> pipeline = onceAside(() -> Pipelines.of(
                options.task().orElseGet(() -> Pipelines.task(options.model())), options.model(), options.placement()));
        try {
            return new ServedModel(options, pipeline);
        } catch (RuntimeException | Error e) {
            pipeline.close();
            throw e;
        }
    }

    private static <T> T onceAside(Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(work.get());
                    } catch (RuntimeException | Error e) {
                        future.completeExceptionally(e);
                    }
                },
                "maliang-load");
        thread.start();
        return joined(future);
    }

    /** Waits; throws what the work failed with. */
    static <T> T joined(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** What clients call it. */
    public String name() {
        return name;
    }

    /** Where it was loaded from. */
    public Path path() {
        return path;
    }

    /** When it was loaded, in seconds since 1970. */
    public long created() {
        return created;
    }

    /** What it is served for. */
    public Task task() {
        return pipeline.task();
    }

    /** What it does for its task; to be run by {@link #call}, unless another writes for it. */
    public Pipeline<?, ?> pipeline() {
        return pipeline;
    }

    public Tokenizer tokenizer() {
        return pipeline.tokenizer();
    }

    /** How many tokens it has room for at once. */
    public int contextLength() {
        return pipeline.contextLength();
    }

    /** Whether it writes. */
    public boolean writes() {
        return writer.isPresent();
    }

    /**
     * The model as one that writes.
     *
     * @throws ApiException if it does not; the message says what it is there for
     */
    public ServedWriter writer() {
        return writer.orElseThrow(() -> ApiException.badRequest(name + " is served for " + task()
                + ", not for this: post to /call what GET /describe says that it takes"));
    }

    /** What there is to do. */
    public Load load() {
        return desk.load();
    }

    /** Does work with the model when no text is worked on, and waits for it. */
    public <T> T call(Supplier<T> work) {
        return joined(desk.start(work));
    }

    /**
     * The same, unless nobody wants it any more when its turn comes.
     *
     * @param gone nobody does once this is complete
     * @throws CancellationException when it is
     * @throws RejectedExecutionException if there is too much to do
     */
    public <T> T call(Supplier<T> work, CompletableFuture<?> gone) {
        CompletableFuture<T> future = desk.start(work);
        var unused = gone.whenComplete((any, error) -> future.cancel(true));
        return joined(future);
    }

    @Override
    public void close() {
        desk.close();
        pipeline.close();
    }
}
