package org.maliang.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.LanguageModel;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.generate.FinishReason;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;
import org.maliang.model.generate.TinyModels;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.chat.Message;

/** Pipelines that write, against the generator of the same model. */
class WritingPipelinesTest {

    private static final List<String> PROMPTS =
            List.of(Characters.text(7, 9, 30), Characters.text(12), Characters.text(8, 8, 21, 14, 33));
    private static final String TEMPLATE =
            "{% for m in messages %}{{ m['role'][0] }}:{{ m['content'] }}[SEP]{% endfor %}"
                    + "{% if add_generation_prompt %}a:{% endif %}";

    @TempDir
    Path directory;

    private Path decoder() throws IOException {
        return Characters.save(directory, TinyModels.config(Characters.SIZE, 40), "GPT2LMHeadModel");
    }

    private Path chatty() throws IOException {
        Path place = decoder();
        Files.writeString(place.resolve("chat_template.jinja"), TEMPLATE);
        return place;
    }

    private Path about(String kind, String architecture) throws IOException {
        ObjectNode config = TinyEncoderDecoders.configs()
                .filter(one -> one.path("model_type").asText().equals(kind))
                .findFirst()
                .orElseThrow();
        return Characters.save(directory, config, architecture);
    }

    private static GenerationOptions some(GenerationOptions options) {
        return options.withMaxTokens(12).withSeed(11);
    }

    @Test
    void onePromptIsWrittenAsTheGeneratorDoes() throws IOException {
        Path place = decoder();
        try (TextGeneration brush = Pipelines.textGeneration(place);
                LanguageModel model = LanguageModel.load(place)) {
            GenerationOptions options = some(brush.defaults()).withSamples(2);
            StringBuilder[] heard = {new StringBuilder(), new StringBuilder()};
            GeneratedText text = brush.run(PROMPTS.get(0), options, (sample, piece) -> heard[sample].append(piece));
            List<Sample> expected = model.generator().write(PROMPTS.get(0), options);
            assertThat(text.samples()).isEqualTo(expected);
            assertThat(text.text()).isEqualTo(expected.get(0).text()).isEqualTo(heard[0].toString());
            assertThat(text.json().path("samples").path(1).asText()).isEqualTo(heard[1].toString());
            assertThat(brush.run(PROMPTS.get(0)).text())
                    .isEqualTo(model.generator()
                            .write(PROMPTS.get(0), model.defaults())
                            .get(0)
                            .text());
            assertThat(brush.call(Map.of("sentence", PROMPTS.get(0)))).isEqualTo(brush.run(PROMPTS.get(0)));
        }
    }

    /** An engine takes them all on their way; nothing of it is left behind. */
    @Test
    void manyPromptsAreWrittenTogetherAndAlike() throws IOException {
        manyAlike(decoder());
        manyAlike(about("t5", "T5ForConditionalGeneration"));
        manyAlike(about("plug", "PlugForTextGeneration"));
    }

    private static void manyAlike(Path place) {
        try (TextGeneration brush = Pipelines.textGeneration(place)) {
            GenerationOptions options = some(brush.defaults());
            long before = Tensor.liveCount();
            List<GeneratedText> together = brush.runAll(PROMPTS, options);
            assertThat(Tensor.liveCount()).isEqualTo(before);
            for (int i = 0; i < PROMPTS.size(); i++) {
                assertThat(together.get(i)).isEqualTo(brush.run(PROMPTS.get(i), options));
            }
            assertThat(brush.runAll(PROMPTS, options.withBeams(2))).hasSize(3);
            assertThat(brush.runAll(List.of())).isEmpty();
            assertThatThrownBy(() -> brush.runAll(PROMPTS, options.withStopTokens(Set.of(99))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }

    @Test
    void textsAboutTextsHaveTheirNames() throws IOException {
        Path place = about("t5", "T5ForConditionalGeneration");
        for (Map.Entry<Task, String> task : Map.of(
                        Task.TEXT2TEXT_GENERATION, "text",
                        Task.TEXT_SUMMARIZATION, "text",
                        Task.TRANSLATION, "translation",
                        Task.TEXT_ERROR_CORRECTION, "output")
                .entrySet()) {
            try (Pipeline<?, ?> writer = Pipelines.of(task.getKey(), place)) {
                List<? extends Output> written = writer.callAll(PROMPTS);
                assertThat(written).hasSize(3);
                assertThat(written.get(0).json().has(task.getValue())).isTrue();
            }
        }
        try (Pipeline<?, ?> writer = Pipelines.of(place)) {
            assertThat(writer.task()).isEqualTo(Task.TEXT2TEXT_GENERATION);
        }
        assertThatThrownBy(() -> Pipelines.textSummarization(decoder()))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("gpt2 model continues texts");
        assertThatThrownBy(() -> Pipelines.of(Task.TRANSLATION, about("mbart", "MBartForConditionalGeneration")))
                .hasMessageContaining("mBART");
    }

    @Test
    void turnsBecomeOnePrompt() throws IOException {
        Path place = chatty();
        try (Chat chat = Pipelines.chat(place);
                LanguageModel model = LanguageModel.load(place)) {
            Reply reply = chat.run(PROMPTS.get(0));
            assertThat(reply.response())
                    .isEqualTo(model.generator()
                            .write("u:" + PROMPTS.get(0) + "[SEP]a:", model.defaults())
                            .get(0)
                            .text());
            assertThat(reply.history()).hasSize(2);
            assertThat(reply.json().path("history").path(1).path("role").asText())
                    .isEqualTo("assistant");
            List<Message> pair =
                    chat.input(Map.of("system", "s", "text", "third", "history", List.of(List.of("first", "second"))));
            assertThat(pair)
                    .containsExactly(
                            Message.of("system", "s"),
                            Message.of("user", "first"),
                            Message.of("assistant", "second"),
                            Message.of("user", "third"));
            assertThat(chat.input(Map.of("messages", List.of(Map.of("role", "user", "content", "x")))))
                    .containsExactly(Message.of("user", "x"));
            assertThatThrownBy(() -> chat.input(Map.of("messages", List.of("x"))))
                    .hasMessageContaining("expected a list of {role, content}");
            assertThatThrownBy(() -> chat.input(Map.of("history", List.of())))
                    .hasMessageContaining("needs the input text");
            StringBuilder heard = new StringBuilder();
            Reply streamed = chat.run(pair, some(chat.defaults()), (sample, piece) -> heard.append(piece));
            assertThat(streamed.response()).isEqualTo(heard.toString());
            assertThat(chat.runAll(List.of(pair, chat.input(PROMPTS.get(0)))).get(1))
                    .isEqualTo(reply);
        }
        try (Pipeline<?, ?> pipeline = Pipelines.of(place)) {
            assertThat(pipeline.task()).isEqualTo(Task.CHAT);
        }
        assertThatThrownBy(() -> Pipelines.chat(decoder())).hasMessageContaining("has none: take text-generation");
    }

    @Test
    void aDecoderEmbedsByItsLastToken() throws IOException {
        try (SentenceEmbedding embedder = Pipelines.sentenceEmbedding(decoder());
                Pipeline<?, ?> brush = Pipelines.of(decoder())) {
            assertThat(embedder.embed(PROMPTS.get(0))).hasSize(24);
            assertThat(brush.task()).isEqualTo(Task.TEXT_GENERATION);
        }
    }

    /** Another may write for a pipeline, with what it made of the input. */
    @Test
    void anotherMayWrite() throws IOException {
        Writer parrot = new Writer() {
            @Override
            public List<Sample> write(String prompt, GenerationOptions options, TextListener listener) {
                listener.piece(0, prompt);
                return List.of(new Sample(prompt + options.seed(), 1, FinishReason.STOP));
            }

            @Override
            public List<List<Sample>> writeAll(List<String> prompts, GenerationOptions options) {
                return prompts.stream()
                        .map(prompt -> write(prompt, options, (sample, piece) -> {}))
                        .toList();
            }
        };
        Path place = chatty();
        try (TextGeneration brush = Pipelines.textGeneration(place);
                Chat chat = Pipelines.chat(place)) {
            PipelinesTest.requireHonest(brush);
            PipelinesTest.requireHonest(chat);
            GenerationOptions seven = brush.defaults().withSeed(7);
            StringBuilder heard = new StringBuilder();
            assertThat(brush.by(parrot)
                            .run("春", seven, (sample, piece) -> heard.append(piece))
                            .text())
                    .isEqualTo("春7");
            assertThat(heard).hasToString("春");
            assertThat(chat.by(parrot).runAll(List.of(chat.input("春")), seven))
                    .extracting(Reply::response)
                    .containsExactly("u:春[SEP]a:7");
            assertThat(brush.run(PROMPTS.get(0)).text()).doesNotEndWith("7").isNotEmpty();
        }
    }
}
