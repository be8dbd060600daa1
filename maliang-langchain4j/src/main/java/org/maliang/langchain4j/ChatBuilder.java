package org.maliang.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.generate.TextGenerator;
import org.maliang.tokenizer.chat.ChatTemplate;

/**
 * How a chat model is made: {@link #model} or {@link #directory} is needed, all else has a default.
 *
 * @param <B> the builder itself
 * @param <M> what it makes
 */
public abstract sealed class ChatBuilder<B extends ChatBuilder<B, M>, M>
        permits MaliangChatModel.Builder, MaliangStreamingChatModel.Builder {

    private @Nullable LanguageModel model;
    private @Nullable Path directory;
    private @Nullable ChatTemplate template;
    private @Nullable String name;
    private ChatRequestParameters defaults = DefaultChatRequestParameters.EMPTY;
    private List<ChatModelListener> listeners = List.of();
    private OptionalLong seed = OptionalLong.empty();
    private @Nullable TextGenerator generator;
    private Executor executor = task -> {
        Thread thread = new Thread(task, "maliang-chat");
        thread.setDaemon(true);
        thread.start();
    };

    ChatBuilder() {}

    abstract B self();

    /** Makes the chat model. */
    public abstract M build();

    /** A model that is loaded already. It is borrowed: it stays open when the chat model is closed, and must outlive it. */
    public B model(LanguageModel loaded) {
        this.model = loaded;
        return self();
    }

    /** Where a model lies, which is then loaded for inference on the CPU, with its chat template. It is owned. */
    public B directory(Path path) {
        this.directory = path;
        return self();
    }

    /**
     * The text that a conversation becomes; that of {@link #directory} by default. Without one the model is taken to be no
     * model for chats: it reads the messages' texts, a line each, and goes on from there.
     */
    public B chatTemplate(ChatTemplate form) {
        this.template = form;
        return self();
    }

    /** What responses call the model: by default the directory's name, or the family's. */
    public B modelName(String called) {
        this.name = called;
        return self();
    }

    /** What requests need not say; what these are silent about is as {@code generation_config.json} recommends. */
    public B defaultRequestParameters(ChatRequestParameters parameters) {
        this.defaults = parameters;
        return self();
    }

    /** Who is told of requests, responses and errors. */
    public B listeners(List<ChatModelListener> all) {
        this.listeners = List.copyOf(all);
        return self();
    }

    /** Makes the same request give the same response; drawn anew for every request by default. */
    public B seed(long value) {
        this.seed = OptionalLong.of(value);
        return self();
    }

    /**
     * What writes the texts of {@link #model}, such as a generator over an {@link org.maliang.model.engine.Engine} that many
     * callers share; it is borrowed. Streaming handlers are then called on the engine's thread, but for the end. By default
     * every request is written on the thread of its own.
     */
    public B generator(TextGenerator shared) {
        this.generator = shared;
        return self();
    }

    /** What answers are written on where the caller does not wait; a new thread for every request by default. */
    public B executor(Executor wanted) {
        this.executor = wanted;
        return self();
    }

    final Talk talk() {
        if ((model == null) == (directory == null) || (model == null && generator != null)) {
            throw new IllegalStateException(
                    "name a model or a directory, one of the two, and a generator with its model only");
        }
        Optional<ChatTemplate> form = Optional.ofNullable(template);
        if (model != null) {
            String called = name == null ? model.model().config().family() : name;
            return new Talk(settings(model, false, form, called));
        }
        Path path = directory;
        LanguageModel loaded = LanguageModel.load(path);
        try {
            String called = name == null ? String.valueOf(path.getFileName()) : name;
            Optional<ChatTemplate> found = form.or(() -> ModelFiles.chatTemplate(path));
            return new Talk(settings(loaded, true, found, called));
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    private Talk.Settings settings(LanguageModel used, boolean owned, Optional<ChatTemplate> form, String called) {
        return new Talk.Settings(
                used, owned, Optional.ofNullable(generator), form, called, defaults, listeners, seed, executor);
    }
}
