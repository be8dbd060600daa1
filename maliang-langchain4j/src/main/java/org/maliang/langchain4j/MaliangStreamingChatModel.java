package org.maliang.langchain4j;

import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.onCompleteResponse;
import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.onPartialResponse;
import static dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils.withLoggingExceptions;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.List;
import java.util.Set;

/**
 * A model in this process that is heard while it answers.
 *
 * <p>It honours and refuses what {@link MaliangChatModel} does, what it refuses before anything is written. Pieces are whole
 * characters. Cancelling by the {@link StreamingHandle} ends the text before its next token; then the handler hears no more.
 * Close it when nothing is being written.
 */
public final class MaliangStreamingChatModel implements StreamingChatModel, AutoCloseable {

    private final Talk talk;

    private MaliangStreamingChatModel(Talk talk) {
        this.talk = talk;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** {@link ChatBuilder}. */
    public static final class Builder extends ChatBuilder<Builder, MaliangStreamingChatModel> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        @Override
        public MaliangStreamingChatModel build() {
            return new MaliangStreamingChatModel(talk());
        }
    }

    private static final class Handle implements StreamingHandle {

        private volatile boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Talk.Order order = talk.order(request);
        talk.executor().execute(() -> write(order, handler));
    }

    private void write(Talk.Order order, StreamingChatResponseHandler handler) {
        Handle handle = new Handle();
        ChatResponse response;
        try {
            response = talk.write(order, (sample, piece) -> {
                if (!handle.isCancelled()) {
                    onPartialResponse(handler, piece, handle);
                }
                if (handle.isCancelled()) {
                    throw new Talk.Cancelled();
                }
            });
        } catch (Talk.Cancelled e) {
            return;
        } catch (RuntimeException | Error e) {
            withLoggingExceptions(() -> handler.onError(e));
            return;
        }
        onCompleteResponse(handler, response);
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
