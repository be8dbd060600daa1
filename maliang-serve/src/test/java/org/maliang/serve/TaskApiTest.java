package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.pipeline.Chat;
import org.maliang.pipeline.Output;
import org.maliang.pipeline.Pipeline;
import org.maliang.pipeline.Pipelines;
import org.maliang.pipeline.SentenceEmbedding;
import org.maliang.pipeline.Task;
import org.maliang.pipeline.TextGeneration;

/** Any model is served by the pipeline of its task, and answers as the pipeline does when it is called in process. */
class TaskApiTest {

    private static final String CALL = "/call";
    private static final String[] RELATIONS = {"contradiction", "neutral", "entailment"};

    @TempDir
    Path directory;

    private Server server;
    private Caller caller;

    private void start(ServerOptions options) {
        server = Server.start(options);
        caller = new Caller(server);
    }

    private void start(Path model) {
        start(TestModels.options(model));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static ObjectNode body(Object input) {
        ObjectNode body = Json.object();
        body.set("input", Json.of(input));
        return body;
    }

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
        requireField(caller.post(CALL, body), "parameters.n", "answers once");
        requireField(caller.post(CALL, "{'input':{'messages':[]}}"), "input.messages", "at least one");
    }

    private static void requireField(Caller.Reply reply, String field, String... words) {
        assertThat(reply.error(400, words).path("param").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    {}                                            | input             | is missing
                    {'input':7}                                   | input             | expected a text, an object
                    {'input':[]}                                  | input             | or a list
                    {'input':['明',7]}                            | input             | expected a text
                    {'input':[['明']]}                            | input             | expected a text
                    {'input':'明'}                                | input             | sentence1 and sentence2
                    {'input':{'sentence1':'明'}}                  | input.sentence2   | needs the input sentence2 or hypothesis
                    {'input':{'sentence1':'明','sentence2':null}} | input.sentence2   | needs the input sentence2
                    {'input':{'sentence1':'明','sentence2':3}}    | input.sentence2   | expected a string
                    {'input':{'sentence1':'明','sentence2':'月','x':1}} | input.x     | knows no input [x]
                    {'input':[{'sentence1':'明','sentence2':'月'},{'premise':'明'}]} | input[1].sentence2 | needs the input
                    {'input':{'sentence1':'明','sentence2':'月'},'parameters':{'seed':1}} | parameters | takes none
                    {'input':{'sentence1':'明','sentence2':'月'},'parameters':7} | parameters | an object
                    {'input':{'sentence1':'明','sentence2':'月'},'paramters':{}} | paramters | did you mean parameters
                    """)
    void whatIsWrongIsNamed(String body, String field, String words) {
        start(TestModels.options(TestModels.bert(directory, "BertForSequenceClassification", RELATIONS))
                .withTask(Task.NLI));
        requireField(caller.post(CALL, body), field, words);
    }

    @Test
    void requestsAreBounded() {
        start(TestModels.options(TestModels.bert(directory, "BertForSequenceClassification", RELATIONS))
                .withTask(Task.ZERO_SHOT_CLASSIFICATION));
        ObjectNode many = body(Map.of("text", "明", "candidate_labels", Collections.nCopies(2048, "月")));
        requireField(caller.post(CALL, many), "input", "2048 texts");
        requireField(caller.post(CALL, body(Collections.nCopies(257, "月"))), "input", "256 inputs");
        requireField(
                caller.post(CALL, "{'input':{'text':'明','candidate_labels':[]}}"), "input", "give candidate_labels");
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

    @Test
    void routesOfWritersSayWhatTheModelIsFor() {
        start(TestModels.bert(directory, "BertForSequenceClassification", RELATIONS));
        for (String[] request : new String[][] {
            {"/v1/completions", "{'prompt':'明'}"},
            {"/v1/chat/completions", "{'messages':[{'role':'user','content':'明'}]}"},
            {"/v1/embeddings", "{'input':'明'}"}
        }) {
            caller.post(request[0], request[1]).error(400, "text-classification", "/call", "/describe");
        }
        for (String path : List.of("/health", "/ready", "/openapi.json", "/v1/models", "/studio/models")) {
            caller.get(path).expect(200);
        }
        assertThat(caller.get("/metrics").text()).contains("maliang:num_requests_waiting");
    }

    @Test
    void aTaskMustSuitTheModel() {
        Path model = TestModels.decoder(directory);
        assertThatThrownBy(() -> Server.start(TestModels.options(model).withTask(Task.NLI)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("nli needs a classifier");
        start(TestModels.options(model).withTask(Task.SENTENCE_EMBEDDING));
        caller.post("/v1/completions", "{'prompt':'明'}").error(400, "sentence-embedding");
        assertThat(caller.post("/v1/embeddings", "{'input':'明'}").expect(200).at("/data/0/embedding"))
                .hasSize(24);
    }

    @Test
    void wordsAreKeptOutOfWhatIsWritten() throws IOException {
        Path words = Files.writeString(directory.resolve("words"), "霜\n");
        Path model = TestModels.decoder(directory);
        start(TestModels.options(model).withWords(words));
        assertThat(caller.post(CALL, body(List.of("明月", "地上霜")))
                        .error(400, "a word that this server does not take")
                        .path("code")
                        .asText())
                .isEqualTo("content_filter");
        ObjectNode body = body("明月");
        body.putObject("parameters").put("choice", "乡地霜光").put("max_tokens", 9);
        assertThat(caller.post(CALL, body).expect(200).path("text").asText()).isEqualTo("乡地");
        Path judge = TestModels.bert(directory, "BertForSequenceClassification", RELATIONS);
        assertThatThrownBy(() -> Server.start(TestModels.options(judge).withWords(words)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is for models that write");
    }
}
