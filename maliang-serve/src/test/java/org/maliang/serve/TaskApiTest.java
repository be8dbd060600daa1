package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.pipeline.Chat;
import org.maliang.pipeline.Output;
import org.maliang.pipeline.Pipeline;
import org.maliang.pipeline.Pipelines;
import org.maliang.pipeline.SentenceEmbedding;
import org.maliang.pipeline.Task;
import org.maliang.pipeline.TextGeneration;

/** Any model is served by the pipeline of its task, and answers as the pipeline does when it is called in process. */
class TaskApiTest extends TaskServerTests {

    /** Equal but for the last digits of numbers: what stands beside a text in a batch moves them. */
    private static void requireAlike(JsonNode found, JsonNode expected) {
        if (expected.isNumber()) {
            assertThat(found.doubleValue()).isCloseTo(expected.doubleValue(), within(1e-5));
            return;
        }
        assertThat(found.getNodeType()).isEqualTo(expected.getNodeType());
        assertThat(found).hasSameSizeAs(expected);
        if (expected.isTextual()) {
            assertThat(found).isEqualTo(expected);
        }
        expected.properties().forEach(field -> requireAlike(found.path(field.getKey()), field.getValue()));
        Iterator<JsonNode> each = found.elements();
        if (expected.isArray()) {
            expected.forEach(one -> requireAlike(each.next(), one));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BertForSequenceClassification, text-classification",
        "BertForSequenceClassification, nli",
        "BertForSequenceClassification, zero-shot-classification",
        "BertForSequenceClassification, text-ranking",
        "BertForTokenClassification, token-classification",
        "BertForTokenClassification, word-segmentation",
        "BertForQuestionAnswering, question-answering",
        "BertForMaskedLM, fill-mask",
        "BertModel, sentence-embedding",
        "BertModel, feature-extraction",
    })
    void readsAsThePipelineDoes(String architecture, String id) {
        Task task = Task.of(id);
        Path model = TestModels.bert(
                directory, architecture, architecture.endsWith("Answering") ? new String[0] : RELATIONS);
        start(TestModels.options(model).withTask(task));
        JsonNode said = caller.get("/describe").expect(200);
        assertThat(said.path("model").asText()).isEqualTo(model.getFileName().toString());
        assertThat(said.path("task").asText()).isEqualTo(id);
        assertThat(said.path("takes_parameters").asBoolean()).isFalse();
        try (Pipeline<?, ?> pipeline = Pipelines.of(task, model)) {
            Map<String, ?> example = pipeline.signature().example();
            assertThat(said.at("/sample/input")).isEqualTo(Json.of(example));
            Output expected = pipeline.call(example);
            JsonNode answer =
                    caller.post(CALL, (ObjectNode) said.path("sample")).expect(200);
            requireAlike(answer, expected.json());
            answer.fieldNames()
                    .forEachRemaining(name -> assertThat(said.path("outputs")).contains(TextNode.valueOf(name)));
            JsonNode many = caller.post(CALL, body(List.of(example, example))).expect(200);
            assertThat(many).hasSize(2);
            requireAlike(many.get(1), expected.json());
            if (said.path("takes_text").asBoolean() && task != Task.FILL_MASK) {
                requireAlike(
                        caller.post(CALL, body("明月")).expect(200),
                        pipeline.call("明月").json());
            }
        }
    }

    /** More inputs than are read together, in their order. */
    @Test
    void manyAreAnsweredInTheirOrder() {
        Path model = TestModels.bert(directory, "BertForSequenceClassification", RELATIONS);
        start(model);
        List<String> texts = IntStream.range(0, 70)
                .mapToObj(i -> TestModels.TEXT.substring(i % 20, i % 20 + 1 + i % 4))
                .toList();
        JsonNode answers = caller.post(CALL, body(texts)).expect(200);
        assertThat(answers).hasSize(70);
        try (Pipeline<?, ?> pipeline = Pipelines.of(model)) {
            List<? extends Output> expected = pipeline.callAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                requireAlike(answers.get(i), expected.get(i).json());
            }
        }
        assertThat(caller.get("/metrics").text()).containsPattern("e2e_request_latency_seconds_count\\{[^}]*\\} 1");
    }

    @Test
    void textsAreThoseOfTheGenerator() {
        Path model = TestModels.decoder(directory);
        start(model);
        try (TextGeneration brush = Pipelines.textGeneration(model)) {
            JsonNode sample = caller.get("/describe").expect(200).path("sample");
            assertThat(caller.post(CALL, (ObjectNode) sample).expect(200)).hasSize(1);
            ObjectNode body = body("明月");
            GenerationOptions options = brush.defaults().withMaxTokens(20).withMinTokens(20);
            ObjectNode parameters =
                    body.putObject("parameters").put("max_tokens", 20).put("min_tokens", 20);
            assertThat(caller.post(CALL, body).expect(200))
                    .isEqualTo(brush.run("明月", options).json());
            parameters.put("seed", 5).put("temperature", 1.3).put("n", 2);
            JsonNode two = brush.run(
                            "明月", options.withSeed(5).withTemperature(1.3).withSamples(2))
                    .json();
            assertThat(two.path("samples")).hasSize(2);
            assertThat(caller.post(CALL, body).expect(200)).isEqualTo(two);
            ArrayNode inputs = body.putArray("input").add("明月").add("故乡");
            inputs.addObject().put("sentence", "床前");
            JsonNode three = caller.post(CALL, body).expect(200);
            assertThat(three).hasSize(3);
            assertThat(three.get(0)).isEqualTo(two);
            assertThat(three.get(2))
                    .isEqualTo(brush.run(
                                    "床前",
                                    options.withSeed(5).withTemperature(1.3).withSamples(2))
                            .json());
        }
        assertThat(caller.get("/metrics").text())
                .containsPattern("generation_tokens_total\\{[^}]*\\} [1-9]")
                .containsPattern("time_to_first_token_seconds_count\\{[^}]*\\} [1-9]");
    }

    @Test
    void anEncoderDecoderWritesAboutTexts() {
        Path model = TestModels.encoderDecoder(directory);
        start(TestModels.options(model).withTask(Task.TRANSLATION));
        try (Pipeline<?, ?> pipeline = Pipelines.of(Task.TRANSLATION, model)) {
            assertThat(caller.post(CALL, body(List.of("明月", "故乡"))).expect(200).get(1))
                    .isEqualTo(pipeline.call("故乡").json());
        }
    }

    @Test
    void repliesAreThoseOfTheChat() {
        Path model = TestModels.chat(directory);
        start(model);
        assertThat(caller.get("/describe").expect(200).path("task").asText()).isEqualTo("chat");
        ObjectNode body =
                Caller.json("{'input':{'messages':[{'role':'user','content':'明月'}]},'parameters':{'max_tokens':9}}");
        try (Chat chat = Pipelines.chat(model)) {
            JsonNode expected = chat.runAll(
                            List.of(chat.input("明月")), chat.defaults().withMaxTokens(9))
                    .get(0)
                    .json();
            assertThat(caller.post(CALL, body).expect(200)).isEqualTo(expected);
            assertThat(caller.post(CALL, body.put("input", "明月")).expect(200)).isEqualTo(expected);
        }
        body.withObject("parameters").put("n", 2);
        assertThat(caller.post(CALL, body)
                        .error(400, "answers once")
                        .path("param")
                        .asText())
                .isEqualTo("parameters.n");
        assertThat(caller.post(CALL, "{'input':{'messages':[]}}")
                        .error(400, "at least one")
                        .path("param")
                        .asText())
                .isEqualTo("input.messages");
    }

    @Test
    void embeddingsComeFromThePipeline() {
        Path model = TestModels.bert(directory, "BertModel");
        start(model);
        JsonNode answer = caller.post(
                        "/v1/embeddings",
                        "{'input':['明月','故乡'],'model':'" + server.model().name() + "'}")
                .expect(200);
        try (SentenceEmbedding pipeline = Pipelines.sentenceEmbedding(model)) {
            float[] expected = pipeline.embed("故乡");
            double length = Math.sqrt(IntStream.range(0, expected.length)
                    .mapToDouble(i -> expected[i] * expected[i])
                    .sum());
            for (int i = 0; i < expected.length; i++) {
                assertThat(answer.at("/data/1/embedding").get(i).doubleValue())
                        .isCloseTo(expected[i] / length, within(1e-5));
            }
        }
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(4);
        assertThat(caller.get("/v1/models")
                        .expect(200)
                        .at("/data/0/max_model_len")
                        .intValue())
                .isEqualTo(24);
    }
}
