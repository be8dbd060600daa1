package org.maliang.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A model in this process that answers.
 *
 * <pre>{@code
 * try (MaliangChatModel model = MaliangChatModel.builder().directory(Path.of("models/qwen")).build()) {
 *     System.out.println(model.chat("你好"));
 * }
 * }</pre>
 *
 * <p>Temperature, top-p, top-k, presence and frequency penalty, output length, stop sequences and JSON formats are
 * honoured; a JSON schema is held by construction. Tools, images and other models' names are refused with
 * {@link dev.langchain4j.exception.UnsupportedFeatureException}. May be used by many threads; each writes on its own.
 */
public final class MaliangChatModel implements ChatModel, AutoCloseable {

    private final Talk talk;

    private MaliangChatModel(Talk talk) {
        this.talk = talk;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** {@link ChatBuilder}. */
    public static final class Builder extends ChatBuilder<Builder, MaliangChatModel> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        @Override
        public MaliangChatModel build() {
            return new MaliangChatModel(talk());
        }
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return talk.write(talk.order(request), (sample, piece) -> {});
    }

    /** Writes on the builder's executor; cancelling the future ends the text before its next token. */
    @Override
    public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
        Talk.Order order = talk.order(request);
        CompletableFuture<ChatResponse> response = new CompletableFuture<>();
        talk.executor().execute(() -> {
            try {
                response.complete(talk.write(order, (sample, piece) -> {
                    if (response.isCancelled()) {
                        throw new Talk.Cancelled();
                    }
                }));
            } catch (RuntimeException | Error e) {
                response.completeExceptionally(e); // changes nothing where it was cancelled
            }
        });
        return response;
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return talk.defaults();
    }

    @Override
    public List<ChatModelListener> listeners() {
        return talk.listeners();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }

    /** Frees the model, if it is owned. */
    @Override
    public void close() {
        talk.close();
    }
}
