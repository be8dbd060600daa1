package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.Decoder;
import org.maliang.model.generate.constraint.ConstraintCompiler;
import org.maliang.model.generate.constraint.Grammar;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;
import org.maliang.tokenizer.sentencepiece.NormalizerSpec;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;
import org.maliang.tokenizer.sentencepiece.TrainerSpec;

/** Random models write what they are told to, whatever their tokens are. */
class ConstrainedTextTest {

    private static final List<String> TEXTS = List.of(
            "{\"name\": \"李白\", \"born\": 701, \"poems\": [\"静夜思\", \"将进酒\"], \"known\": true}",
            "{\"name\": \"杜甫\", \"born\": 712, \"poems\": [\"春望\", \"登高\"], \"known\": null}",
            "春夏秋冬，春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。");
    private static final GenerationOptions OPTIONS = GenerationOptions.defaults()
            .withMaxTokens(200)
            .withTemperature(1)
            .withTopK(0)
            .withTopP(1)
            .withSamples(20);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Map<String, Tokenizer> TOKENIZERS = new LinkedHashMap<>();
    private static final Map<String, Decoder> MODELS = new LinkedHashMap<>();

    @TempDir
    static Path directory;

    @BeforeAll
    static void create() throws IOException {
        train("bytes", TokenizerTrainer.bytes(TrainingOptions.of(330).withMinFrequency(1)));
        train("unigram", TokenizerTrainer.unigram(TrainingOptions.of(330).withMinFrequency(1)));
        Path file = directory.resolve("pieces.model");
        Files.write(file, pieces().bytes());
        TOKENIZERS.put("pieces", Tokenizer.load(file));
        TOKENIZERS.forEach((name, tokenizer) -> MODELS.put(name, TinyModels.decoder(tokenizer.vocabularySize(), 256)));
    }

    private static void train(String name, TokenizerTrainer trainer) {
        trainer.train(TEXTS.stream()).write(directory.resolve(name));
        TOKENIZERS.put(name, Tokenizer.load(directory.resolve(name)));
    }

    /** A SentencePiece model that falls back to bytes; its first token stands for the end of a text. */
    private static SentencePieceModel pieces() {
        List<SentencePieceModel.Entry> pieces = new ArrayList<>();
        pieces.add(new SentencePieceModel.Entry("</s>", 0, PieceType.CONTROL));
        pieces.add(new SentencePieceModel.Entry("<unk>", 0, PieceType.UNKNOWN));
        for (int value = 0; value < 256; value++) {
            pieces.add(new SentencePieceModel.Entry("<0x%02X>".formatted(value), 0, PieceType.BYTE));
        }
        for (String piece :
                List.of("▁", "▁▁", "▁{\"", "{\"", "\":", "\":▁", "▁春", "春", "秋", "春秋", "▁,", "}", "]", "▁1", "0")) {
            pieces.add(new SentencePieceModel.Entry(piece, -1, PieceType.NORMAL));
        }
        return new SentencePieceModel(
                pieces, TrainerSpec.of(false, true), new NormalizerSpec(new byte[0], true, true, true));
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(Decoder::close);
        TOKENIZERS.values().forEach(Tokenizer::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "unigram", "pieces"})
    void expressionsMatch(String name) {
        for (String regex : List.of(
                "[春夏秋冬]{4}",
                "(春|秋)?( [a-f]{2,5}\\d)+。", "[^春]{1,9}", "\\p{IsHan}{2,7}，", "[\\s\\S]{3}", " ?\\w+ = \\d\\.")) {
            List<Sample> samples = written(name, Grammar.regex(regex), options -> options);
            assertThat(samples)
                    .as(regex)
                    .filteredOn(sample -> sample.finishReason() == FinishReason.STOP)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(sample -> assertThat(sample.text()).matches(regex));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "unigram", "pieces"})
    void choicesAreMade(String name) {
        List<String> choices = List.of("好", "坏", "春秋", "{\"a\": 1}");
        List<Sample> samples = written(name, Grammar.choice(choices), options -> options.withSamples(60));
        assertThat(samples).extracting(Sample::text).isSubsetOf(choices);
        assertThat(Set.copyOf(samples.stream().map(Sample::text).toList())).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "unigram", "pieces"})
    void searchesAreHeldToo(String name) {
        for (UnaryOperator<GenerationOptions> search : Stream.<UnaryOperator<GenerationOptions>>of(
                        options -> options.withSamples(3).withBeams(4),
                        options -> options.withSamples(2).withBestOf(6),
                        options -> options.withSamples(1).withTopK(4).withPenaltyAlpha(0.6),
                        options -> options.withMinTokens(5).withNoRepeatNgram(2))
                .toList()) {
            assertThat(written(name, Grammar.regex("([春秋]{2}，){1,3}[春秋]{2}。"), search))
                    .isNotEmpty()
                    .allSatisfy(sample -> assertThat(sample.text()).matches("([春秋]{2}，){1,3}[春秋]{2}。"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "unigram", "pieces"})
    void jsonParses(String name) {
        int complete = 0;
        for (Sample sample : written(name, Grammar.json(), options -> options.withSamples(100))) {
            if (sample.finishReason() == FinishReason.STOP) {
                parsed(sample.text());
                complete++;
            }
        }
        assertThat(complete).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "unigram", "pieces"})
    void schemasAreObeyed(String name) {
        obeys(name, """
                {"type": "object", "required": ["name", "born"], "properties": {
                  "name": {"type": "string", "minLength": 1, "maxLength": 4},
                  "era": {"enum": ["唐", "宋", 3, null]},
                  "born": {"type": "integer"},
                  "poems": {"type": "array", "items": {"type": "string", "pattern": "^[春秋]{2,3}$"}, "minItems": 1, "maxItems": 2},
                  "known": {"type": ["boolean", "null"]}}}
                """, value -> {
            assertThat(value.properties().stream().map(Map.Entry::getKey))
                    .isSubsetOf("name", "era", "born", "poems", "known")
                    .contains("name", "born");
            assertThat(value.get("name").isTextual()).isTrue();
            String text = value.get("name").textValue();
            assertThat(text.codePointCount(0, text.length())).isBetween(1, 4);
            assertThat(value.get("born").isIntegralNumber()).isTrue();
            if (value.has("era")) {
                assertThat(value.get("era").toString()).isIn("\"唐\"", "\"宋\"", "3", "null");
            }
            if (value.has("poems")) {
                assertThat(value.get("poems").size()).isBetween(1, 2);
                value.get("poems").forEach(poem -> assertThat(poem.textValue()).matches("[春秋]{2,3}"));
            }
            if (value.has("known")) {
                assertThat(value.get("known").isBoolean() || value.get("known").isNull())
                        .isTrue();
            }
        });
        obeys(name, """
                {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "required": ["value", "left"], "properties": {
                  "value": {"const": "节"},
                  "left": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/tree"}]}}}}}
                """, ConstrainedTextTest::checkTree);
        obeys(
                name,
                "{\"oneOf\": [{\"type\": \"number\"}, {\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"maxItems\": 3}]}",
                value -> assertThat(value.isNumber() || value.isArray() && value.size() <= 3)
                        .isTrue());
        obeys(
                name,
                """
                {"type": "object", "properties": {"ab": {"type": "null"}}, "additionalProperties": {"enum": [1]}}
                """,
                value -> value.properties()
                        .forEach(member -> assertThat(member.getValue().toString())
                                .isEqualTo(member.getKey().equals("ab") ? "null" : "1")));
    }

    private static void checkTree(JsonNode tree) {
        assertThat(tree.size()).isEqualTo(2);
        assertThat(tree.get("value").textValue()).isEqualTo("节");
        if (!tree.get("left").isNull()) {
            checkTree(tree.get("left"));
        }
    }

    private static void obeys(String name, String schema, Consumer<JsonNode> check) {
        int complete = 0;
        for (Sample sample : written(name, Grammar.jsonSchema(parsed(schema)), options -> options)) {
            if (sample.finishReason() == FinishReason.STOP) {
                check.accept(parsed(sample.text()));
                complete++;
            }
        }
        assertThat(complete).as(schema).isPositive();
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("'" + json + "' is no JSON", e);
        }
    }

    private static List<Sample> written(String name, Grammar grammar, UnaryOperator<GenerationOptions> wish) {
        var generator = new TextGenerator(MODELS.get(name), TOKENIZERS.get(name));
        Constraint constraint = new ConstraintCompiler(generator.tokenTexts()).compile(grammar);
        return generator.write("春眠", wish.apply(OPTIONS).withConstraint(constraint));
    }
}
