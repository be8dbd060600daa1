package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.maliang.model.generate.Constraint;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.constraint.Grammar;
import org.maliang.model.read.LogProbabilities;
import org.maliang.model.read.TokenScore;
import org.maliang.tokenizer.chat.Message;

/** Every field of a request does what it says, as the library would do it, or is refused by name. */
class FieldEffectsTest extends ChatServerTests {

    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHAT = "/v1/chat/completions";
    private static final String PROMPT = "床前明月光";

    private static ObjectNode asked(String more) {
        return Caller.json("{'max_tokens':24,'seed':5" + (more.isEmpty() ? "" : ",") + more + "}");
    }

    private static ObjectNode completion(String more) {
        return asked(more).put("prompt", PROMPT);
    }

    private static ObjectNode chat(String more) {
        ObjectNode body = asked(more);
        body.putArray("messages").addObject().put("role", "user").put("content", PROMPT);
        return body;
    }

    private static Arguments wish(String field, UnaryOperator<GenerationOptions> effect) {
        return arguments(field, effect);
    }

    static Stream<Arguments> wishes() {
        return Stream.of(
                wish("'max_tokens':7", options -> options.withMaxTokens(7)),
                wish("'logit_bias':{'0':30}", options -> options.withLogitBias(Map.of(0, 30.0))),
                wish(
                        "'logit_bias':{'0':30},'min_tokens':9",
                        options -> options.withLogitBias(Map.of(0, 30.0)).withMinTokens(9)),
                wish("'seed':-1234567890123", options -> options.withSeed(-1234567890123L)),
                wish("'temperature':0", options -> options.withTemperature(0)),
                wish("'temperature':3.5", options -> options.withTemperature(3.5)),
                wish("'top_k':1", options -> options.withTopK(1)),
                wish("'top_p':0.1", options -> options.withTopP(0.1)),
                wish("'min_p':0.9", options -> options.withMinP(0.9)),
                wish("'typical_p':0.1", options -> options.withTypicalP(0.1)),
                wish("'repetition_penalty':9", options -> options.withRepetitionPenalty(9)),
                wish("'presence_penalty':9", options -> options.withPresencePenalty(9)),
                wish("'frequency_penalty':9", options -> options.withFrequencyPenalty(9)),
                wish("'no_repeat_ngram_size':1", options -> options.withNoRepeatNgram(1)),
                wish("'n':3", options -> options.withSamples(3)),
                wish("'best_of':4", options -> options.withBestOf(4)),
                wish("'n':2,'best_of':4", options -> options.withSamples(2).withBestOf(4)),
                wish("'beams':3", options -> options.withBeams(3)),
                wish("'beams':3,'n':2", options -> options.withBeams(3).withSamples(2)),
                wish(
                        "'beams':4,'length_penalty':5",
                        options -> options.withBeams(4).withLengthPenalty(5)),
                wish(
                        "'beams':4,'beam_groups':2,'diversity_penalty':4",
                        options -> options.withBeams(4).withBeamGroups(2).withDiversityPenalty(4)),
                wish(
                        "'penalty_alpha':0.6,'top_k':4",
                        options -> options.withTopK(4).withPenaltyAlpha(0.6)),
                wish("'regex':'[床前]{4}'", options -> options.withConstraint(bound(Grammar.regex("[床前]{4}")))),
                wish(
                        "'choice':['明月','故乡']",
                        options -> options.withConstraint(bound(Grammar.choice(List.of("明月", "故乡"))))),
                wish(
                        "'json_schema':{'enum':['月',7]}",
                        options -> options.withConstraint(bound(Grammar.jsonSchema(Caller.json("{'enum':['月',7]}"))))),
                wish(
                        "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':{'const':7}}}",
                        options -> options.withConstraint(bound(Grammar.jsonSchema(Caller.json("{'const':7}"))))),
                wish(
                        "'response_format':{'type':'json_object'}",
                        options -> options.withConstraint(bound(Grammar.json()))));
    }

    private static Constraint bound(Grammar grammar) {
        return server.model().writer().constraint(grammar);
    }

    private static List<Sample> written(String prompt, GenerationOptions options) {
        return server.model().call(() -> server.model().writer().generator().write(prompt, options));
    }

    private static GenerationOptions options() {
        return server.model().writer().defaults().withMaxTokens(24).withSeed(5);
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void completionsDoAsTheLibraryDoes(String field, UnaryOperator<GenerationOptions> effect) {
        List<Sample> expected = written(PROMPT, effect.apply(options()));
        assertThat(expected).as("it changes something").isNotEqualTo(written(PROMPT, options()));
        JsonNode answer = caller.post(COMPLETIONS, completion(field)).expect(200);
        assertThat(texts(answer, "/text")).isEqualTo(texts(expected));
        assertThat(answer.path("usage").path("completion_tokens").intValue())
                .isEqualTo(expected.stream().mapToInt(Sample::tokens).sum());
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void chatsToo(String field, UnaryOperator<GenerationOptions> effect) {
        String prompt = server.model().writer().chat().orElseThrow().render(List.of(Message.of("user", PROMPT)), true);
        JsonNode answer = caller.post(CHAT, chat(field)).expect(200);
        assertThat(texts(answer, "/message/content")).isEqualTo(texts(written(prompt, effect.apply(options()))));
    }

    private record Text(String text, String reason) {}

    private static List<Text> texts(List<Sample> samples) {
        return samples.stream()
                .map(sample -> new Text(sample.text(), sample.finishReason().label()))
                .toList();
    }

    private static List<Text> texts(JsonNode answer, String where) {
        List<Text> texts = new ArrayList<>();
        answer.path("choices")
                .forEach(choice -> texts.add(new Text(
                        choice.at(where).textValue(),
                        choice.path("finish_reason").textValue())));
        return texts;
    }

    @Test
    void whatHasNoMeaningHereIsTaken() {
        ObjectNode more = Caller.json("{'user':'u','store':true,'metadata':{'a':'b'}}");
        JsonNode plain = caller.post(COMPLETIONS, completion("")).expect(200);
        JsonNode given = caller.post(COMPLETIONS, completion("").setAll(more)).expect(200);
        assertThat(given.path("choices")).isEqualTo(plain.path("choices"));
        more.setAll(Caller.json("{'service_tier':'auto','safety_identifier':'s','prompt_cache_key':'k','tools':[],"
                + "'tool_choice':'none','parallel_tool_calls':true,'stop':null}"));
        JsonNode talked = caller.post(CHAT, chat("").setAll(more)).expect(200);
        assertThat(talked.path("choices"))
                .isEqualTo(caller.post(CHAT, chat("")).expect(200).path("choices"));
    }

    @Test
    void partsOfAMessageAreOneText() {
        ObjectNode parts = chat("");
        parts.set(
                "messages",
                Caller.json("{'messages':[{'role':'user','content':[{'type':'text','text':'床前'},"
                                + "{'type':'text','text':'明月光'}]}]}")
                        .path("messages"));
        assertThat(caller.post(CHAT, parts).expect(200).path("choices"))
                .isEqualTo(caller.post(CHAT, chat("")).expect(200).path("choices"));
    }

    @Test
    void aModelThatIsNotToldToWriteRandomlyFindsItsOwnSeed() {
        ObjectNode body = completion("");
        body.remove("seed");
        JsonNode first = caller.post(COMPLETIONS, body).expect(200);
        JsonNode again = caller.post(
                        COMPLETIONS, body.put("seed", first.path("seed").longValue()))
                .expect(200);
        assertThat(again.path("choices")).isEqualTo(first.path("choices"));
    }

    @Test
    void aStopStringEndsTheTextBeforeIt() {
        String whole = caller.post(COMPLETIONS, completion(""))
                .expect(200)
                .at("/choices/0/text")
                .textValue();
        for (int length = 1; length <= 4; length++) {
            String stop = whole.substring(5, 5 + length);
            JsonNode answer =
                    caller.post(COMPLETIONS, completion("").put("stop", stop)).expect(200);
            assertThat(answer.at("/choices/0/text").textValue()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
            assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
        }
    }

    @Test
    void promptsAreTextsOrIdsOneOrMany() {
        int[] ids = server.model().tokenizer().encode(PROMPT);
        ObjectNode body = completion("'n':2");
        JsonNode text = caller.post(COMPLETIONS, body).expect(200);
        body.set("prompt", Json.object().arrayNode().addAll(numbers(ids)));
        assertThat(caller.post(COMPLETIONS, body).expect(200).path("choices")).isEqualTo(text.path("choices"));
        assertThat(text.at("/usage/prompt_tokens").intValue()).isEqualTo(ids.length);

        body.putArray("prompt").add(PROMPT).add("举头");
        JsonNode two = caller.post(COMPLETIONS, body).expect(200);
        assertThat(two.path("choices")).hasSize(4);
        assertThat(two.path("choices"))
                .extracting(choice -> choice.path("index").intValue())
                .containsExactly(0, 1, 2, 3);
        assertThat(two.at("/choices/0")).isEqualTo(text.at("/choices/0"));
        assertThat(two.at("/choices/1")).isEqualTo(text.at("/choices/1"));
        assertThat(two.at("/choices/2/text").textValue())
                .isEqualTo(written("举头", options()).get(0).text());
        body.putArray("prompt")
                .add(Json.object().arrayNode().addAll(numbers(ids)))
                .add("举头");
        assertThat(caller.post(COMPLETIONS, body).expect(200).path("choices")).isEqualTo(two.path("choices"));
    }

    private static List<JsonNode> numbers(int[] ids) {
        List<JsonNode> numbers = new ArrayList<>();
        for (int id : ids) {
            numbers.add(Json.object().numberNode(id));
        }
        return numbers;
    }

    @Test
    void anEchoIsScoredAsTheLibraryScores() {
        JsonNode answer = caller.post(COMPLETIONS, completion("'echo':true,'logprobs':2,'max_tokens':0"))
                .expect(200);
        JsonNode scored = answer.at("/choices/0/logprobs");
        assertThat(answer.at("/choices/0/text").textValue()).isEqualTo(PROMPT);
        assertThat(answer.at("/usage/completion_tokens").intValue()).isZero();
        List<TokenScore> expected = server.model()
                .call(() -> new LogProbabilities(
                                server.model().writer().decoder().orElseThrow(),
                                server.model().tokenizer())
                        .of(List.of(PROMPT), 2)
                        .get(0));
        assertThat(scored.path("token_logprobs")).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(scored.path("token_logprobs").get(i).doubleValue())
                    .isCloseTo(expected.get(i).logProbability(), within(1e-6));
            assertThat(scored.path("tokens").get(i).textValue()).isEqualTo(PROMPT.substring(i, i + 1));
            assertThat(scored.path("text_offset").get(i).intValue()).isEqualTo(i);
            assertThat(scored.path("top_logprobs").get(i)).hasSize(2);
        }
        JsonNode more = caller.post(COMPLETIONS, completion("'echo':true")).expect(200);
        assertThat(more.at("/choices/0/text").textValue())
                .isEqualTo(PROMPT
                        + caller.post(COMPLETIONS, completion(""))
                                .expect(200)
                                .at("/choices/0/text")
                                .textValue());
    }
}
