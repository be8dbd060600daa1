package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What takes a model that can write: verse, votes, and tokens that are words. */
class PoetTest {

    private static final String COMPLETIONS = "/v1/completions";

    private static Server server;
    private static Caller caller;

    @BeforeAll
    static void start() {
        server = Server.start(TestModels.options(TestModels.poet()));
        caller = new Caller(server);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static JsonNode written(String body) {
        return caller.post(COMPLETIONS, body).expect(200);
    }

    @Test
    void versesHaveTheirForm() {
        ObjectNode body = Caller.json("{'prompt':'江南春','form':'五言绝句','seed':3,'n':2}");
        JsonNode answer = caller.post(COMPLETIONS, body).expect(200);
        for (JsonNode choice : answer.path("choices")) {
            assertThat(choice.path("text").textValue().strip()).matches("(\\p{IsHan}{5}[，。？！；\\n]*){4}");
            assertThat(choice.path("finish_reason").textValue()).isEqualTo("stop");
            assertThat(Caller.text(
                            caller.stream(COMPLETIONS, body),
                            choice.path("index").intValue()))
                    .isEqualTo(choice.path("text").textValue());
        }
        assertThat(caller.post(COMPLETIONS, body.put("echo", true).put("n", 1))
                        .expect(200)
                        .at("/choices/0/text")
                        .textValue())
                .isEqualTo("江南春\n" + answer.at("/choices/0/text").textValue());
    }

    @Test
    void firstCharactersAreGiven() {
        String text = written("{'prompt':'江南春','form':'七言绝句','acrostic':'春江花月','seed':3}")
                .at("/choices/0/text")
                .textValue();
        List<String> lines = List.of(text.strip().split("[^\\p{IsHan}]+"));
        assertThat(lines).extracting(line -> line.substring(0, 1)).containsExactly("春", "江", "花", "月");
        caller.post(COMPLETIONS, "{'prompt':'','form':'七言绝句','acrostic':'春江花月夜'}")
                .error(400);
    }

    @Test
    void votesAreCounted() {
        JsonNode answer =
                written("{'prompt':'床前明月','max_tokens':2,'vote':40,'seed':1,'temperature':0.7,'regex':'[光色下]。?'}");
        JsonNode vote = answer.path("vote");
        assertThat(vote.path("total").intValue()).isEqualTo(40);
        int sum = 0;
        int before = Integer.MAX_VALUE;
        for (JsonNode one : vote.path("answers")) {
            int count = one.path("count").intValue();
            assertThat(count).isBetween(1, before);
            assertThat(one.path("share").doubleValue()).isCloseTo(count / 40.0, within(1e-9));
            sum += count;
            before = count;
        }
        assertThat(sum).isEqualTo(40);
        assertThat(answer.path("choices")).hasSize(1);
        assertThat(answer.at("/choices/0/text")).isEqualTo(vote.at("/answers/0/text"));
        assertThat(answer.at("/usage/completion_tokens").intValue()).isBetween(40, 80);
    }

    @Test
    void tokensSpellTheText() {
        JsonNode choice = written("{'prompt':'春风','max_tokens':30,'seed':4,'logprobs':5,'echo':true}")
                .at("/choices/0");
        StringBuilder text = new StringBuilder();
        JsonNode scores = choice.path("logprobs");
        for (int i = 0; i < scores.path("tokens").size(); i++) {
            assertThat(scores.path("text_offset").get(i).intValue()).isEqualTo(text.length());
            text.append(scores.path("tokens").get(i).textValue());
            assertThat(scores.path("top_logprobs").get(i)).hasSize(5);
        }
        assertThat(text).hasToString(choice.path("text").textValue()).startsWith("春风");
    }

    @Test
    void aModelThatWasNotTrainedToChatSaysSo() {
        caller.post("/v1/chat/completions", "{'messages':[{'role':'user','content':'春'}]}")
                .error(400, "no chat template", "/v1/completions");
    }
}
