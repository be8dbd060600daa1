package org.maliang.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LangChain4j's contract for streaming chat models; the switches are those of {@link MaliangChatModelTest}. */
class MaliangStreamingChatModelTest extends AbstractStreamingChatModelIT {

    private static final ChatRequestParameters SURE =
            ChatRequestParameters.builder().temperature(0.0).build();

    private static MaliangStreamingChatModel.Builder builder() {
        return MaliangStreamingChatModel.builder()
                .model(Schooled.model())
                .chatTemplate(Schooled.template())
                .defaultRequestParameters(SURE);
    }

    @Override
    protected List<StreamingChatModel> baseModels() {
        return List.of(builder().build());
    }

    @Override
    protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
        return builder().defaultRequestParameters(SURE.overrideWith(parameters)).build();
    }

    @Override
    public StreamingChatModel createModelWith(ChatModelListener listener) {
        return builder().listeners(List.of(listener)).build();
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return ChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build(); // there are none of our own
    }

    /** One model is in the process: it answers to its own name and to no other. */
    @Override
    protected boolean supportsModelNameParameter() {
        return false;
    }

    /** What tools a model may call is part of its chat template and its training; no reader for calls is built yet. */
    @Override
    protected boolean supportsTools() {
        return false;
    }

    /** As {@link #supportsTools()}. */
    @Override
    protected boolean supportsToolChoiceRequired() {
        return false;
    }

    /** The models that chat here read text alone. */
    @Override
    protected boolean supportsSingleImageInputAsBase64EncodedString() {
        return false;
    }

    /** As {@link #supportsSingleImageInputAsBase64EncodedString()}. */
    @Override
    protected boolean supportsSingleImageInputAsPublicURL() {
        return false;
    }

    /** Nothing is heard after the piece that was answered by cancelling, and the thread is free at once. */
    @Test
    void cancellingEndsTheText() {
        List<String> heard = new ArrayList<>();
        StreamingChatModel model = builder().executor(Runnable::run).build();
        model.chat("Tell me a long story about animals", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                heard.add(piece.text());
                context.streamingHandle().cancel();
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                heard.add("complete");
            }

            @Override
            public void onError(Throwable error) {
                heard.add("error");
            }
        });
        assertThat(heard).containsExactly("Once");
    }
}
