package org.maliang.serve.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.serve.Caller;
import org.maliang.serve.Server;
import org.maliang.serve.TestModels;

/** OpenAI's own client for Java finds here what it finds there. */
@SuppressWarnings("deprecation") // seeds, which OpenAI's own models are about to forget
class OpenAiClientTest {

    private static final String NAME = "tiny-chat";

    @TempDir
    private static Path directory;

    private static Server server;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws IOException {
        Path keys = Files.writeString(directory.resolve("keys"), "good-key\nrare-key 2\n");
        server = Server.start(TestModels.options(TestModels.chat(directory)).open(Optional.of(keys), List.of()));
        client = client("good-key");
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.address() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder()
                .model(NAME)
                .addSystemMessage("用古文回答")
                .addUserMessage("明月")
                .maxCompletionTokens(12)
                .putAdditionalBodyProperty("seed", JsonValue.from(5));
    }

    private static CompletionCreateParams.Builder completion() {
        return CompletionCreateParams.builder()
                .model(NAME)
                .prompt("床前明月光")
                .maxTokens(12)
                .seed(5);
    }

    private static String said(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElseThrow();
    }

    @Test
    void chatsAndSaysTheSameForTheSameSeed() {
        ChatCompletion answer = client.chat().completions().create(chat().build());
        assertThat(answer.model()).isEqualTo(NAME);
        assertThat(answer.id()).startsWith("chatcmpl-");
        assertThat(answer.choices()).hasSize(1);
        assertThat(said(answer)).isNotEmpty();
        assertThat(answer.usage().orElseThrow().completionTokens()).isBetween(1L, 12L);
        assertThat(said(client.chat().completions().create(chat().build()))).isEqualTo(said(answer));
        assertThat(said(client.chat()
                        .completions()
                        .create(chat().putAdditionalBodyProperty("seed", JsonValue.from(6))
                                .build())))
                .isNotEqualTo(said(answer));
    }

    @Test
    void chatStreams() {
        ChatCompletionCreateParams asked = chat().streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        List<ChatCompletionChunk> chunks;
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(asked)) {
            chunks = stream.stream().toList();
        }
        String text = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .collect(Collectors.joining());
        ChatCompletion whole = client.chat().completions().create(chat().build());
        assertThat(text).isEqualTo(said(whole));
        assertThat(chunks.get(0).choices().get(0).delta().role().orElseThrow().asString())
                .isEqualTo("assistant");
        ChatCompletionChunk last = chunks.get(chunks.size() - 1);
        assertThat(last.choices()).isEmpty();
        assertThat(last.usage()).isEqualTo(whole.usage());
        assertThat(chunks.stream().map(ChatCompletionChunk::id).distinct()).hasSize(1);
        assertThat(chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .flatMap(choice -> choice.finishReason().stream())
                        .map(reason -> reason.asString()))
                .containsExactly(whole.choices().get(0).finishReason().asString());
    }

    @Test
    void completesAndStreamsTheSame() {
        Completion whole = client.completions().create(completion().build());
        assertThat(whole.id()).startsWith("cmpl-");
        String text = whole.choices().get(0).text();
        assertThat(text).isNotEmpty();
        CompletionCreateParams asked = completion()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<Completion> stream = client.completions().createStreaming(asked)) {
            List<Completion> pieces = stream.stream().toList();
            assertThat(pieces.stream()
                            .flatMap(piece -> piece.choices().stream())
                            .map(CompletionChoice::text)
                            .collect(Collectors.joining()))
                    .isEqualTo(text);
            assertThat(pieces.get(pieces.size() - 1).usage()).isEqualTo(whole.usage());
        }
    }

    @Test
    void severalTextsWithScoresUpToAStop() {
        Completion answer =
                client.completions().create(completion().n(3).logprobs(2).build());
        assertThat(answer.choices()).extracting(CompletionChoice::index).containsExactly(0L, 1L, 2L);
        for (CompletionChoice choice : answer.choices()) {
            var scores = choice.logprobs().orElseThrow();
            assertThat(scores.tokenLogprobs().orElseThrow())
                    .hasSameSizeAs(scores.tokens().orElseThrow())
                    .allMatch(score -> score <= 0);
            assertThat(scores.topLogprobs().orElseThrow())
                    .hasSameSizeAs(scores.tokens().orElseThrow());
        }
        String text = answer.choices().get(0).text();
        String stop = text.substring(text.length() / 2, text.length() / 2 + 1);
        CompletionChoice stopped = client.completions()
                .create(completion().stop(stop).build())
                .choices()
                .get(0);
        assertThat(stopped.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(stopped.finishReason().asString()).isEqualTo("stop");
    }

    @Test
    void scoresOfAChat() {
        var content = client.chat()
                .completions()
                .create(chat().logprobs(true).topLogprobs(3).build())
                .choices()
                .get(0)
                .logprobs()
                .orElseThrow()
                .content()
                .orElseThrow();
        assertThat(content).isNotEmpty().allSatisfy(token -> {
            assertThat(token.topLogprobs()).hasSize(3);
            assertThat(token.logprob()).isLessThanOrEqualTo(0);
        });
    }

    @Test
    void answersInJsonOfASchema() throws IOException {
        var schema = ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty("properties", JsonValue.from(Map.of("moons", Map.of("enum", List.of(1, 2)))))
                .putAdditionalProperty("required", JsonValue.from(List.of("moons")))
                .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                .build();
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat().maxCompletionTokens(40)
                        .responseFormat(ResponseFormatJsonSchema.builder()
                                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                                        .name("moons")
                                        .strict(true)
                                        .schema(schema)
                                        .build())
                                .build())
                        .build());
        assertThat(Caller.json(said(answer)).path("moons").intValue()).isBetween(1, 2);
    }

    @Test
    void embedsAsNumbersAndAsBytes() {
        EmbeddingCreateParams.Builder asked =
                EmbeddingCreateParams.builder().model(NAME).inputOfArrayOfStrings(List.of("明月", "故乡"));
        CreateEmbeddingResponse numbers = client.embeddings()
                .create(asked.encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                        .build());
        CreateEmbeddingResponse bytes = client.embeddings()
                .create(asked.encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64)
                        .build());
        assertThat(numbers.data()).hasSize(2);
        List<Float> vector = numbers.data().get(0).embedding();
        assertThat(vector).hasSize(24);
        assertThat(vector.stream().mapToDouble(x -> x * x).sum()).isCloseTo(1, within(1e-5));
        for (int i = 0; i < 2; i++) {
            assertThat(bytes.data().get(i).embedding())
                    .isEqualTo(numbers.data().get(i).embedding());
        }
        assertThat(numbers.data().get(1).embedding()).isNotEqualTo(vector);
        assertThat(client.embeddings()
                        .create(asked.dimensions(5).build())
                        .data()
                        .get(0)
                        .embedding())
                .hasSize(5);
    }

    @Test
    void listsTheModel() {
        assertThat(client.models().list().data()).extracting(Model::id).containsExactly(NAME);
        assertThat(client.models().retrieve(NAME).ownedBy()).isEqualTo("maliang");
        assertThatThrownBy(() -> client.models().retrieve("gpt-4")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void errorsAreTheClientsExceptions() {
        assertThatThrownBy(() -> client.completions()
                        .create(completion()
                                .putAdditionalBodyProperty("temprature", JsonValue.from(1))
                                .build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("did you mean temperature");
        BadRequestException wrong = catchThrowableOfType(
                BadRequestException.class,
                () -> client.completions().create(completion().temperature(-1).build()));
        assertThat(wrong.param()).hasValue("temperature");
        assertThatThrownBy(() ->
                        client.chat().completions().create(chat().model("gpt-4").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(NAME);
    }

    @Test
    void keysAreAskedForAndWearOut() {
        assertThatThrownBy(() -> client("bad-key").models().list()).isInstanceOf(UnauthorizedException.class);
        OpenAIClient rare = client("rare-key");
        rare.models().list();
        rare.completions().create(completion().build());
        RateLimitException worn = catchThrowableOfType(
                RateLimitException.class, () -> rare.models().list());
        assertThat(worn.headers().values("Retry-After"))
                .singleElement()
                .satisfies(wait -> assertThat(Integer.parseInt(wait)).isBetween(1, 30));
    }
}
