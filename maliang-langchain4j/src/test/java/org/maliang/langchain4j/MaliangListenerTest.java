package org.maliang.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import org.maliang.tokenizer.TokenizerException;

/** LangChain4j's contract for who listens to chat models. */
class MaliangListenerTest extends AbstractChatModelListenerIT {

    private MaliangChatModel.Builder builder(ChatModelListener listener) {
        return MaliangChatModel.builder()
                .listeners(List.of(listener))
                .modelName(modelName())
                .defaultRequestParameters(ChatRequestParameters.builder()
                        .temperature(temperature())
                        .topP(topP())
                        .maxOutputTokens(maxTokens())
                        .build());
    }

    @Override
    protected ChatModel createModel(ChatModelListener listener) {
        return builder(listener)
                .model(Schooled.model())
                .chatTemplate(Schooled.template())
                .build();
    }

    /** A model that is closed. */
    @Override
    protected ChatModel createFailingModel(ChatModelListener listener) {
        MaliangChatModel model =
                builder(listener).directory(Schooled.directory()).build();
        model.close();
        return model;
    }

    @Override
    protected Class<? extends Exception> expectedExceptionClass() {
        return TokenizerException.class;
    }

    @Override
    protected String modelName() {
        return "chatter";
    }

    /** See {@link MaliangChatModelTest#supportsTools}. */
    @Override
    protected boolean supportsTools() {
        return false;
    }
}
