package org.maliang.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;

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
}
