package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.model.UnsupportedModelException;
import org.maliang.pipeline.Task;

/** What a served task does not take is refused, with the name of what is wrong. */
class TaskRefusalsTest extends TaskServerTests {

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

    /** Whatever a text is, it is read, or refused in words. */
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
    void noTextIsTooStrange(String architecture, String task) {
        String[] labels = architecture.endsWith("Answering") ? new String[0] : RELATIONS;
        start(TestModels.options(TestModels.bert(directory, architecture, labels))
                .withTask(Task.of(task)));
        ObjectNode sample = (ObjectNode) caller.get("/describe").expect(200).at("/sample/input");
        List<String> names = sample.properties().stream().map(Map.Entry::getKey).toList();
        for (String text : List.of(
                "", " ", "\n", "\0", "\uD800", "\uFFFF", "😀", "[MASK][SEP]", "[MASK]".repeat(40), "明月".repeat(3000))) {
            for (String name : names) {
                ObjectNode body = Json.object();
                body.set("input", sample.deepCopy().put(name, text));
                Caller.Reply reply = caller.post(CALL, body);
                if (reply.status() != 200) {
                    reply.error(400);
                }
            }
        }
        caller.post(CALL, (ObjectNode) Json.object().set("input", sample)).expect(200);
    }
}
