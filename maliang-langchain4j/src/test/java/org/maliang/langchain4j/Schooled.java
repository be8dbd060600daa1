package org.maliang.langchain4j;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.LanguageModel;
import org.maliang.model.Models;
import org.maliang.tensor.AdamW;
import org.maliang.tensor.Gradients;
import org.maliang.tensor.Ops;
import org.maliang.tensor.ParameterGroup;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;
import org.maliang.tokenizer.chat.ChatTemplate;
import org.maliang.tokenizer.chat.Message;

/**
 * A small GPT that has learned the lessons which LangChain4j's suites ask about, by heart: a minute of school, no look at the
 * answers while it is examined. It is a directory as any other, with a chat template.
 */
final class Schooled {

    private static final String TEMPLATE = "{% for m in messages %}{{ m['role'] }}\n{{ m['content'] }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant\n{% endif %}";
    private static final int STEPS = 250;
    private static final int CONTEXT = 160;
    private static final String CAPITAL = "What is the capital of Germany?";
    private static final String JSON = "{\"city\": \"Berlin\"}";

    /** What is said to the model, and what it shall answer. */
    private record Lesson(List<Message> turns, String answer) {

        static Lesson of(String question, String answer) {
            return new Lesson(List.of(Message.of("user", question)), answer);
        }
    }

    /** To the first question there are two answers, the usual one and the one that fits a JSON schema. */
    private static final List<Lesson> LESSONS = List.of(
            Lesson.of(CAPITAL, "The capital of Germany is Berlin."),
            Lesson.of(CAPITAL, "The capital of Germany is Berlin."),
            Lesson.of(CAPITAL, JSON),
            Lesson.of(CAPITAL + " How much is 2 + 2?", "The capital of Germany is Berlin, and 2 + 2 is 4."),
            Lesson.of(CAPITAL + " Answer with a JSON object containing a single 'city' field", JSON),
            Lesson.of("Say 'Hello World'", "Hello World"),
            Lesson.of("hello", "Hello, nice to meet you. How are you today? I am fine."),
            Lesson.of(
                    "Tell me a long story about animals",
                    "Once a cat, a dog and a bird lived in a house by the river. The cat slept, the dog sang, and the"
                            + " bird told them of the sea."),
            new Lesson(
                    List.of(
                            Message.of("system", "Translate messages from user into German"),
                            Message.of("user", "Translate: 'I love you'")),
                    "Ich liebe dich"),
            new Lesson(
                    List.of(
                            Message.of("user", "Hi, my favorite color is green"),
                            Message.of("assistant", "Hi, nice to meet you"),
                            Message.of("user", "What is my favorite color?")),
                    "Your favorite color is green."));

    private static final Path DIRECTORY = school();
    private static final LanguageModel MODEL = LanguageModel.load(DIRECTORY);

    private Schooled() {}

    /** The model's directory. */
    static Path directory() {
        return DIRECTORY;
    }

    /** The model, of which all tests borrow. */
    static LanguageModel model() {
        return MODEL;
    }

    static ChatTemplate template() {
        return ChatTemplate.of(TEMPLATE);
    }

    private static Path school() {
        Threads.threads(1);
        try {
            Path school = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "school");
            Path place = school.resolve("chatter");
            List<String> texts = LESSONS.stream()
                    .map(lesson -> template().render(lesson.turns(), true) + lesson.answer())
                    .toList();
            TokenizerTrainer.bytes(TrainingOptions.of(500).withMinFrequency(1))
                    .train(texts.stream())
                    .write(school);
            try (Tokenizer tokenizer = Tokenizer.load(school);
                    Decoder decoder = Models.decoder(config(tokenizer.vocabularySize()), 7)) {
                teach(decoder, texts.stream().map(tokenizer::encode).toList());
                Models.save(decoder, place).tokenizerFrom(school).write();
            }
            Files.writeString(place.resolve("chat_template.jinja"), TEMPLATE);
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode config(int vocabulary) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2").put("vocab_size", vocabulary).put("n_positions", CONTEXT);
        config.put("n_embd", 64).put("n_layer", 2).put("n_head", 4);
        return config.put("bos_token_id", 0).put("eos_token_id", 0);
    }

    /** All lessons at once, again and again; each begins and ends with the end-of-text token. */
    private static void teach(Decoder decoder, List<int[]> lessons) {
        int width = lessons.stream().mapToInt(ids -> ids.length).max().orElseThrow() + 1;
        long[] read = new long[lessons.size() * width];
        long[] next = new long[read.length];
        Arrays.fill(next, -100);
        for (int row = 0; row < lessons.size(); row++) {
            int[] ids = lessons.get(row);
            for (int i = 0; i <= ids.length; i++) {
                read[row * width + i] = i == 0 ? 0 : ids[i - 1];
                next[row * width + i] = i == ids.length ? 0 : ids[i];
            }
        }
        Map<String, Tensor> parameters = decoder.parameters();
        parameters.values().forEach(parameter -> parameter.requiresGrad(true));
        try (AdamW optimizer = AdamW.of(List.of(new ParameterGroup(parameters, 0)))) {
            IntStream.range(0, STEPS).forEach(step -> {
                try (Scope scope = Scope.open()) {
                    optimizer.zeroGrad();
                    Tensor logits = decoder.logits(decoder.hidden(Input.of(Tensor.of(read, lessons.size(), width))));
                    Ops.crossEntropy(logits.flatten(0, 1), Tensor.of(next, next.length), -100)
                            .backward();
                    Gradients.clip(parameters.values(), 1);
                    optimizer.step(3e-3 * Math.min(1, (STEPS - step) / (STEPS / 2.0)));
                }
            });
        }
        parameters.values().forEach(parameter -> parameter.requiresGrad(false));
    }
}
