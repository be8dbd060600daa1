package org.maliang.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;
import org.maliang.model.generate.constraint.ConstraintCompiler;
import org.maliang.model.generate.constraint.Grammar;
import org.maliang.tokenizer.chat.ChatTemplate;
import org.maliang.tokenizer.chat.Message;

/** What both chat models do: a request becomes a prompt, what is written becomes a response. */
final class Talk implements AutoCloseable {

    private final LanguageModel model;
    private final boolean owned;
    private final Optional<ChatTemplate> template;
    private final String name;
    private final ChatRequestParameters defaults;
    private final List<ChatModelListener> listeners;
    private final OptionalLong seed;
    private final Executor executor;
    private final TextGenerator generator;
    private @Nullable ConstraintCompiler compiler; // made when it is needed

    /** @param settings what the builder was told, with everything that has a default */
    Talk(Settings settings) {
        this.model = settings.model();
        this.owned = settings.owned();
        this.template = settings.template();
        this.name = settings.name();
        this.defaults =
                DefaultChatRequestParameters.builder().modelName(name).build().overrideWith(settings.defaults());
        this.listeners = settings.listeners();
        this.seed = settings.seed();
        this.executor = settings.executor();
        this.generator = settings.generator().orElseGet(model::generator);
        Requests.require(defaults, name);
    }

    /**
     * How a model is to be used.
     *
     * @param owned whether the model is closed with what talks by it
     * @param template empty where texts are simply gone on from
     * @param executor what is written on, where nobody waits
     */
    record Settings(
            LanguageModel model,
            boolean owned,
            Optional<TextGenerator> generator,
            Optional<ChatTemplate> template,
            String name,
            ChatRequestParameters defaults,
            List<ChatModelListener> listeners,
            OptionalLong seed,
            Executor executor) {}

    Executor executor() {
        return executor;
    }

    ChatRequestParameters defaults() {
        return defaults;
    }

    List<ChatModelListener> listeners() {
        return listeners;
    }

    /** What is to be written. */
    record Order(String prompt, GenerationOptions options) {}

    /** Reads a request, and refuses what cannot be done. */
    Order order(ChatRequest request) {
        ChatRequestParameters parameters = request.parameters();
        Requests.require(parameters, name);
        List<Message> turns = request.messages().stream().map(Requests::turn).toList();
        GenerationOptions options = Requests.options(model.defaults(), parameters)
                .withSeed(seed.orElseGet(() -> ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)));
        Optional<Grammar> grammar = Requests.grammar(parameters.responseFormat());
        return new Order(
                prompt(turns),
                grammar.map(asked -> options.withMinTokens(0)
                                .withConstraint(compiler().compile(asked)))
                        .orElse(options));
    }

    /** The template's text; of a model without one the turns, a line each, which it goes on from. */
    private String prompt(List<Message> turns) {
        return template.map(form -> form.render(turns, true))
                .orElseGet(() -> turns.stream()
                        .map(turn -> (String) turn.fields().get("content"))
                        .collect(Collectors.joining("\n")));
    }

    private synchronized ConstraintCompiler compiler() {
        ConstraintCompiler made = compiler;
        if (made == null) {
            made = new ConstraintCompiler(generator.tokenTexts());
            compiler = made;
        }
        return made;
    }

    ChatResponse write(Order order, TextListener listener) {
        Sample sample =
                generator.write(order.prompt(), order.options(), listener).get(0);
        int read = model.tokenizer().encode(order.prompt()).length;
        return ChatResponse.builder()
                .aiMessage(AiMessage.from(sample.text()))
                .id(UUID.randomUUID().toString())
                .modelName(name)
                .tokenUsage(new TokenUsage(read, sample.tokens()))
                .finishReason(
                        switch (sample.finishReason()) {
                            case STOP -> FinishReason.STOP;
                            case LENGTH -> FinishReason.LENGTH;
                            case CONTENT_FILTER -> FinishReason.CONTENT_FILTER;
                        })
                .build();
    }

    @Override
    public void close() {
        if (owned) {
            model.close();
        }
    }

    /** Ends a text from inside its listener. */
    static final class Cancelled extends RuntimeException {

        private static final long serialVersionUID = 1;

        Cancelled() {
            super(null, null, false, false);
        }
    }
}
