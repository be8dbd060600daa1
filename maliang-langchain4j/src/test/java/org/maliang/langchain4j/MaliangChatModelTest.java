package org.maliang.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.maliang.model.Decoder;
import org.maliang.model.engine.Engine;
import org.maliang.model.engine.EngineSettings;
import org.maliang.model.generate.TextGenerator;

/** LangChain4j's contract for chat models. */
class MaliangChatModelTest extends AbstractChatModelIT {

    private static final ChatRequestParameters SURE =
            ChatRequestParameters.builder().temperature(0.0).build();

    private static MaliangChatModel.Builder builder() {
        return MaliangChatModel.builder().model(Schooled.model()).chatTemplate(Schooled.template());
    }

    @Override
    protected List<ChatModel> models() {
        return List.of(builder().defaultRequestParameters(SURE).build());
    }

    @Override
    protected ChatModel createModelWith(ChatRequestParameters parameters) {
        return builder().defaultRequestParameters(SURE.overrideWith(parameters)).build();
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

    @Test
    void aDirectoryBringsItsTemplateAndIsOwned() {
        MaliangChatModel model = MaliangChatModel.builder()
                .directory(Schooled.directory())
                .defaultRequestParameters(SURE)
                .build();
        assertThat(model.chat("Say 'Hello World'")).isEqualTo("Hello World");
        assertThat(model.defaultRequestParameters().modelName())
                .isEqualTo(Schooled.directory().getFileName().toString());
        model.close();
        assertThatThrownBy(() -> model.chat("hello")).isInstanceOf(RuntimeException.class);
    }

    /** A model for no chats goes on from the text itself. */
    @Test
    void withoutATemplateTextsAreContinued() {
        ChatModel model = MaliangChatModel.builder()
                .model(Schooled.model())
                .defaultRequestParameters(SURE)
                .build();
        assertThat(model.chat("user\nSay 'Hello World'\nassistant\nHello")).startsWith(" World");
    }

    @Override
    protected boolean supportsChatAsync() {
        return true;
    }

    /** Texts of several threads, each by itself, and by an engine that takes them together. */
    @Test
    void threadsDoNotDisturbEachOther() {
        Decoder decoder = Schooled.model().decoder();
        AtomicReference<Engine> engine = new AtomicReference<>();
        TextGenerator shared = new TextGenerator(decoder, Schooled.model().tokenizer(), tokens -> {
            engine.set(new Engine(decoder, tokens, EngineSettings.of(1000)));
            return engine.get();
        });
        try (Engine open = engine.get()) {
            for (MaliangChatModel.Builder one : List.of(builder(), builder().generator(shared))) {
                ChatModel model = one.defaultRequestParameters(SURE).build();
                List<String> answers = IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(i -> model.chat("Say 'Hello World'"))
                        .toList();
                assertThat(answers).containsOnly("Hello World").hasSize(8);
            }
            assertThat(open.load().steps()).isPositive();
        }
    }

    @Test
    void aCancelledFutureEndsItsText() {
        List<Runnable> tasks = new ArrayList<>();
        MaliangChatModel model =
                builder().defaultRequestParameters(SURE).executor(tasks::add).build();
        CompletableFuture<ChatResponse> answer = model.chatAsync(UserMessage.from("hello"));
        answer.cancel(true);
        tasks.forEach(Runnable::run);
        assertThat(answer).isCancelled();
        assertThat(tasks).hasSize(1);
    }

    @Test
    void oneSeedGivesOneAnswer() {
        ChatRequestParameters bold =
                ChatRequestParameters.builder().temperature(5.0).topK(50).build();
        ChatModel model = builder().defaultRequestParameters(bold).seed(3).build();
        assertThat(model.chat("hello")).isEqualTo(model.chat("hello"));
        assertThatThrownBy(() -> MaliangChatModel.builder().build()).hasMessageContaining("a model or a directory");
    }
}
