package org.maliang.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.engine.Load;
import org.maliang.model.form.VerseTokens;
import org.maliang.model.generate.Constraint;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;
import org.maliang.model.generate.constraint.ConstraintCompiler;
import org.maliang.model.generate.constraint.Grammar;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.chat.ChatTemplate;

/**
 * The model that is served. Any number of threads may write with it: texts of a decoder go into one batch, whatever else is
 * asked of it, and all of an encoder-decoder, is done in turn.
 *
 * <p>Owns model and {@link Desk}.
 */
public final class ServedModel implements AutoCloseable {

    private final String name;
    private final Path path;
    private final long created;
    private final LanguageModel model;
    private final Desk desk;
    private final Optional<ChatTemplate> chat;
    private final Lazy<ConstraintCompiler> compiler;
    private final Lazy<VerseTokens> verseTokens;

    private ServedModel(Path path, LanguageModel model, Desk desk) {
        Path file = path.toAbsolutePath().normalize();
        this.name = file.getFileName().toString().replaceFirst("\\.gguf$", "");
        this.path = file;
        this.created = System.currentTimeMillis() / 1000;
        this.model = model;
        this.desk = desk;
        this.chat = ChatTemplate.load(file);
        this.compiler =
                new Lazy<>(() -> new ConstraintCompiler(model.generator().tokenTexts()));
        this.verseTokens = new Lazy<>(() -> VerseTokens.of(model.tokenizer(), end()));
    }

    /** Loads the model, which is named after its directory or file. */
    public static ServedModel load(ServerOptions options) {
        // On a thread that ends: what it has of OpenMP would take processors from the thread that writes.
        LanguageModel model = onceAside(() -> LanguageModel.load(options.model(), options.placement()));
        try {
            return new ServedModel(options.model(), model, Desk.of(model, options));
        } catch (RuntimeException | Error e) {
            model.close();
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

    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    /** How it likes to write. */
    public GenerationOptions defaults() {
        return model.defaults();
    }

    /** How many tokens it reads and writes at most. */
    public int contextLength() {
        return model.model().config().contextLength();
    }

    /** How it wants to be talked to, if it was trained for that. */
    public Optional<ChatTemplate> chat() {
        return chat;
    }

    /** The model itself if it continues texts, for {@link #call}. */
    public Optional<Decoder> decoder() {
        return model.model() instanceof Decoder decoder ? Optional.of(decoder) : Optional.empty();
    }

    /** Whether it writes about sources. */
    public boolean writesAboutSources() {
        return model.model() instanceof EncoderDecoder;
    }

    /** Its tokens as verse needs them. */
    public VerseTokens verseTokens() {
        return verseTokens.value();
    }

    private int end() {
        OptionalInt end = decoder().map(decoder -> decoder.config().eosId()).orElse(OptionalInt.empty());
        return end.orElseThrow(
                () -> ApiException.badField("form", "this model has no token that ends a text: it writes no verse"));
    }

    /** Binds a grammar to its vocabulary. */
    public Constraint constraint(Grammar grammar) {
        return compiler.value().compile(grammar);
    }

    /** What there is to do. */
    public Load load() {
        return desk.load();
    }

    /**
     * Writes, and lets the listener hear of it on this thread.
     *
     * @param gone nobody wants the text any more once this is complete
     * @throws CancellationException when it is
     * @throws RejectedExecutionException if there is too much to do
     * @throws IllegalArgumentException if prompt or options cannot be
     */
    public List<Sample> write(
            String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
        return desk.write(prompt, options, listener, gone);
    }

    /** Does other work with the model when no text is worked on, and waits for it. */
    public <T> T call(Supplier<T> work) {
        return joined(desk.start(work));
    }

    /**
     * The same, unless nobody wants it any more when its turn comes.
     *
     * @param gone nobody does once this is complete
     * @throws CancellationException when it is
     */
    public <T> T call(Supplier<T> work, CompletableFuture<?> gone) {
        CompletableFuture<T> future = desk.start(work);
        var unused = gone.whenComplete((any, error) -> future.cancel(true));
        return joined(future);
    }

    /** Writes as the model does by itself, for work that {@link #call} does. */
    TextGenerator generator() {
        return model.generator();
    }

    @Override
    public void close() {
        desk.close();
        model.close();
    }
}
