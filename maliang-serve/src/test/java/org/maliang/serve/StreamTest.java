package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream says in pieces what the whole answer to the same request says. */
class StreamTest extends ChatServerTests {

    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHAT = "/v1/chat/completions";

    private static ObjectNode completion(String more) {
        return Caller.json("{'prompt':'床前明月光','max_tokens':40,'seed':8" + (more.isEmpty() ? "" : ",") + more + "}");
    }

    private static ObjectNode chat(String more) {
        return Caller.json("{'messages':[{'role':'user','content':'明月'}],'max_tokens':40,'seed':8"
                + (more.isEmpty() ? "" : ",") + more + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'n':3",
                "'temperature':0",
                "'max_tokens':1",
                "'logit_bias':{'0':30}",
                "'stop':['a','霜','明月']",
                "'regex':'(明月|故乡){3}'",
                "'choice':['明','明月','明月光']",
                "'json_schema':{'type':'array','items':{'enum':['床','霜']},'minItems':3,'maxItems':5}",
                "'best_of':3",
                "'beams':3,'n':2",
                "'penalty_alpha':0.6,'top_k':4"
            })
    void piecesAreTheWhole(String more) {
        JsonNode whole = caller.post(COMPLETIONS, completion(more)).expect(200);
        same(whole, caller.stream(COMPLETIONS, completion(more)));
        JsonNode said = caller.post(CHAT, chat(more)).expect(200);
        same(said, caller.stream(CHAT, chat(more)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'prompt':['床前','举头','低头']", "'prompt':['床前','举头'],'n':2,'echo':true", "'echo':true"})
    void promptsAndEchoesToo(String more) {
        JsonNode whole = caller.post(COMPLETIONS, completion(more)).expect(200);
        same(whole, caller.stream(COMPLETIONS, completion(more)));
    }

    private static void same(JsonNode whole, List<JsonNode> events) {
        for (JsonNode choice : whole.path("choices")) {
            int index = choice.path("index").intValue();
            String text = choice.has("text")
                    ? choice.path("text").textValue()
                    : choice.at("/message/content").textValue();
            assertThat(Caller.text(events, index)).isEqualTo(text);
            assertThat(reasons(events, index))
                    .containsExactly(choice.path("finish_reason").textValue());
        }
        for (JsonNode event : events) {
            assertThat(event.path("choices")).hasSize(1);
            assertThat(event.has("usage")).isFalse();
            assertThat(event.path("id")).isEqualTo(events.get(0).path("id"));
            assertThat(event.path("seed")).isEqualTo(whole.path("seed"));
            assertThat(event.path("model")).isEqualTo(whole.path("model"));
        }
    }

    private static List<String> reasons(List<JsonNode> events, int index) {
        List<String> reasons = new ArrayList<>();
        for (JsonNode event : events) {
            JsonNode choice = event.at("/choices/0");
            if (choice.path("index").intValue() == index
                    && choice.path("finish_reason").isTextual()) {
                reasons.add(choice.path("finish_reason").textValue());
            }
        }
        return reasons;
    }

    /** Every place of the text as the beginning of a stop string of one to three characters, most of them in two tokens. */
    @Test
    void noPieceHoldsAPartOfAStopString() {
        String whole = caller.post(COMPLETIONS, completion(""))
                .expect(200)
                .at("/choices/0/text")
                .textValue();
        for (int at = 0; at + 3 <= whole.length(); at += 2) {
            for (int length = 1; length <= 3; length++) {
                String stop = whole.substring(at, at + length);
                List<JsonNode> events =
                        caller.stream(COMPLETIONS, completion("").put("stop", stop));
                assertThat(Caller.text(events, 0)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
                assertThat(reasons(events, 0)).containsExactly("stop");
            }
        }
    }

    @Test
    void theLastEventCounts() {
        for (String path : List.of(COMPLETIONS, CHAT)) {
            ObjectNode body = path.equals(CHAT) ? chat("'n':2") : completion("'n':2");
            JsonNode whole = caller.post(path, body).expect(200);
            body.putObject("stream_options").put("include_usage", true);
            List<JsonNode> events = caller.stream(path, body);
            JsonNode last = events.get(events.size() - 1);
            assertThat(last.path("choices")).isEmpty();
            assertThat(last.path("usage")).isEqualTo(whole.path("usage"));
            for (JsonNode event : events.subList(0, events.size() - 1)) {
                assertThat(event.get("usage").isNull()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'n':2", "'echo':true", "'stop':['霜','a']", "'top_p':0.7,'temperature':1.2"})
    void scoresOfPiecesAreThoseOfTheWhole(String more) {
        ObjectNode body = completion(more).put("logprobs", 3);
        JsonNode whole = caller.post(COMPLETIONS, body).expect(200);
        List<JsonNode> events = caller.stream(COMPLETIONS, body);
        for (JsonNode choice : whole.path("choices")) {
            JsonNode expected = choice.path("logprobs");
            for (String field : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
                List<JsonNode> streamed = new ArrayList<>();
                for (JsonNode event : events) {
                    if (event.at("/choices/0/index").equals(choice.path("index"))) {
                        event.at("/choices/0/logprobs").path(field).forEach(streamed::add);
                    }
                }
                assertThat(streamed).as(field).containsExactlyElementsOf(expected.path(field));
            }
        }
    }

    /** Tokens are bytes here, some of which begin no character and are left out of texts; all others are the text. */
    @Test
    void bytesOfAllTokensAreTheText() {
        for (int seed = 0; seed < 5; seed++) {
            JsonNode answer =
                    caller.post(CHAT, chat("'logprobs':true").put("seed", seed)).expect(200);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (JsonNode token : answer.at("/choices/0/logprobs/content")) {
                token.path("bytes").forEach(one -> bytes.write(one.intValue()));
            }
            assertThat(bytes.toString(StandardCharsets.UTF_8).replace("\uFFFD", ""))
                    .isEqualTo(answer.at("/choices/0/message/content").textValue());
        }
    }

    /** Written in choices that only bytes spell, so that many tokens are parts of characters. */
    @Test
    void offsetsCountCharactersOfTheText() {
        JsonNode choice = caller.post(COMPLETIONS, completion("'choice':['春ab江cd花','夜e潮f水'],'logprobs':0"))
                .expect(200)
                .at("/choices/0");
        String text = choice.path("text").textValue();
        JsonNode tokens = choice.at("/logprobs/tokens");
        JsonNode offsets = choice.at("/logprobs/text_offset");
        assertThat(tokens).hasSizeGreaterThan(text.length());
        int letters = 0;
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i).textValue();
            int offset = offsets.get(i).intValue();
            assertThat(offset).isBetween(0, text.length());
            if (!token.startsWith("bytes:")) {
                letters++;
                assertThat(text.substring(offset, offset + token.length())).isEqualTo(token);
            }
        }
        assertThat(letters).isGreaterThanOrEqualTo(2);
    }

    @Test
    void scoresAreOfTheModelWhateverIsDrawnFrom() {
        JsonNode plain = caller.post(COMPLETIONS, completion("'temperature':0,'logprobs':1"))
                .expect(200)
                .at("/choices/0/logprobs");
        for (int i = 0; i < plain.path("tokens").size(); i++) {
            double best = plain.path("top_logprobs").get(i).elements().next().doubleValue();
            assertThat(plain.path("token_logprobs").get(i).doubleValue()).isCloseTo(best, within(1e-6));
        }
    }
}
