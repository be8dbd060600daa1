package org.maliang.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
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
 * A model that is served and writes. Any number of threads may write with it, and their texts are written together. Owns nothing.
 */
public final class ServedWriter {

    private final LanguageModel model;
    private final WritingDesk desk;
    private final Optional<ChatTemplate> chat;
    private final Lazy<ConstraintCompiler> compiler;
    private final Lazy<VerseTokens> verseTokens;

    ServedWriter(Path path, LanguageModel model, WritingDesk desk) {
        this.model = model;
        this.desk = desk;
        this.chat = ModelFiles.chatTemplate(path);
        this.compiler =
                new Lazy<>(() -> new ConstraintCompiler(model.generator().tokenTexts()));
        this.verseTokens = new Lazy<>(() -> VerseTokens.of(model.tokenizer(), end()));
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

    /** The model itself if it continues texts, for {@link ServedModel#call}. */
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

    /** Writes as the model does by itself, for work that {@link ServedModel#call} does. */
    TextGenerator generator() {
        return model.generator();
    }
}
