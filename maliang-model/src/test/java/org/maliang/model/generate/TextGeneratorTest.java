package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.Decoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelException;
import org.maliang.model.Models;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.TextStream;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;

class TextGeneratorTest {

    private static final List<String> POEMS = List.of(
            "静夜思\n李白\n床前明月光，疑是地上霜。\n举头望明月，低头思故乡。",
            "春晓\n孟浩然\n春眠不觉晓，处处闻啼鸟。\n夜来风雨声，花落知多少。",
            "相思\n王维\n红豆生南国，春来发几枝。\n愿君多采撷，此物最相思。");
    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withMaxTokens(30).withTemperature(1.5).withTopP(1);

    @TempDir
    static Path directory;

    private static LanguageModel model;
    private static TextGenerator generator;

    @BeforeAll
    static void create() {
        Path tokenizer = directory.resolve("tokenizer");
        TokenizerTrainer.characters(TrainingOptions.of(340).withMinFrequency(1))
                .train(POEMS.stream())
                .write(tokenizer);
        save("model", 352, tokenizer);
        model = LanguageModel.load(directory.resolve("model"));
        generator = model.generator();
    }

    private static void save(String name, int vocabulary, Path tokenizer) {
        try (Decoder decoder = TinyModels.decoder(vocabulary, 64)) {
            Models.save(decoder, directory.resolve(name))
                    .tokenizerFrom(tokenizer)
                    .write();
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void piecesMakeTheText() {
        List<StringBuilder> heard = Stream.generate(StringBuilder::new).limit(4).toList();
        List<Sample> samples = generator.write("明月", OPTIONS.withSamples(4), (sample, text) -> {
            assertThat(text).isNotEmpty().doesNotContain("\uFFFD");
            heard.get(sample).append(text);
        });
        assertThat(samples)
                .extracting(Sample::text)
                .isEqualTo(heard.stream().map(StringBuilder::toString).toList());
        assertThat(samples).extracting(Sample::text).doesNotHaveDuplicates();
        assertThat(samples).allSatisfy(sample -> assertThat(sample.tokens()).isBetween(0, 30));
        assertThat(samples).isEqualTo(generator.write("明月", OPTIONS.withSamples(4)));
        assertThat(samples.subList(0, 1)).isEqualTo(generator.write("明月", OPTIONS));
    }

    @Test
    void nothingOfAStopStringIsShown() {
        int stopped = 0;
        for (int seed = 0; seed < 10; seed++) {
            GenerationOptions options = OPTIONS.withSeed(seed);
            String free = generator.write("春", options).get(0).text();
            if (free.codePointCount(0, free.length()) < 8) {
                continue;
            }
            stopped++;
            // three characters, so three tokens or more: the string crosses borders
            int from = free.offsetByCodePoints(0, 3);
            String stop = free.substring(from, free.offsetByCodePoints(from, 3));
            StringBuilder heard = new StringBuilder();
            Sample sample = generator
                    .write("春", options.withStop(List.of("龘", stop)), (i, text) -> heard.append(text))
                    .get(0);
            assertThat(sample.text())
                    .isEqualTo(free.substring(0, free.indexOf(stop)))
                    .isEqualTo(heard.toString());
            assertThat(sample.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(sample.tokens()).isLessThan(30);
        }
        assertThat(stopped).isGreaterThan(3);
    }

    @Test
    void whatLooksLikeAStopStringAndIsNoneIsShown() {
        String free = generator.write("花", OPTIONS.withMinTokens(30)).get(0).text();
        String almost = free.substring(free.length() - 1) + "龘";
        assertThat(generator
                        .write("花", OPTIONS.withMinTokens(30).withStop(List.of(almost)))
                        .get(0)
                        .text())
                .isEqualTo(free);
    }

    @Test
    void beginsWithTheTokenThatBeginsDocuments() {
        GenerationOptions greedy = OPTIONS.withTemperature(0);
        int[] ids = model.tokenizer().encode("<|endoftext|>明月");
        int[] raw = new TokenGenerator(model.decoder())
                .choosingBelow(model.tokenizer().vocabularySize())
                .write(List.of(ids), greedy)
                .get(0)
                .ids();
        List<Sample> plain = generator.write("明月", greedy);
        assertThat(plain.get(0).text()).isEqualTo(streamed(raw));
        assertThat(generator.write("<|endoftext|>明月", greedy)).isEqualTo(plain);
        assertThat(generator.write("", greedy)).isEqualTo(generator.write("<|endoftext|>", greedy));
    }

    private static String streamed(int[] ids) {
        TextStream stream = model.tokenizer().stream();
        return Arrays.stream(ids).mapToObj(stream::push).collect(Collectors.joining()) + stream.flush();
    }

    @Test
    void aLongPromptLosesItsBeginning() {
        String end = "床前明月光，疑是地上霜。举头望明月，低头思故乡。春眠不觉晓，处处";
        GenerationOptions greedy = OPTIONS.withTemperature(0).withMinTokens(30);
        String full = "闻啼" + end;
        assertThat(full).as("as long as the context less 30").hasSize(64 - 30);
        assertThat(generator.write("红豆生南国，春来发几枝。" + full, greedy)).isEqualTo(generator.write("愿君" + full, greedy));
        assertThat(generator
                        .write("红豆".repeat(200), OPTIONS.withMaxTokens(500).withMinTokens(500))
                        .get(0))
                .extracting(Sample::tokens, Sample::finishReason)
                .containsExactly(32, FinishReason.LENGTH);
    }

    @Test
    void beamsBringTheBestFirst() {
        List<String> heard = new ArrayList<>();
        GenerationOptions beams = OPTIONS.withBeams(3).withSamples(2);
        List<Sample> found = generator.write("明月", beams, (sample, text) -> heard.add(sample + text));
        assertThat(found).hasSize(2).doesNotHaveDuplicates();
        assertThat(String.join("", heard).replaceAll("[01]", ""))
                .isEqualTo(found.get(0).text() + found.get(1).text());
        String stop = found.get(0).text().substring(1, 2);
        assertThat(generator.write("明月", beams.withStop(List.of(stop))).get(0))
                .extracting(Sample::text, Sample::finishReason)
                .containsExactly(
                        found.get(0).text().substring(0, found.get(0).text().indexOf(stop)), FinishReason.STOP);
    }

    /** Four texts are drawn, of which the listener hears the two that are returned. */
    @Test
    void theBestOfManyAreHeardWhenAllAreWritten() {
        List<StringBuilder> heard = List.of(new StringBuilder(), new StringBuilder());
        GenerationOptions best = OPTIONS.withSamples(2).withBestOf(4).withStop(List.of("，"));
        List<Sample> found =
                generator.write("明月", best, (sample, text) -> heard.get(sample).append(text));
        assertThat(found)
                .extracting(Sample::text)
                .isEqualTo(heard.stream().map(StringBuilder::toString).toList())
                .doesNotHaveDuplicates();
        assertThat(generator.write("明月", OPTIONS.withSamples(4).withStop(List.of("，"))))
                .containsAll(found);
        assertThat(generator.write("明月", best.withBestOf(2))).doesNotHaveDuplicates();
    }

    @Test
    void aStopTokenIsNotPartOfTheText() {
        GenerationOptions greedy = OPTIONS.withTemperature(0).withMinTokens(4);
        String free = generator.write("明月", greedy).get(0).text();
        int[] ids = model.tokenizer().encode(free);
        GenerationOptions stopping = OPTIONS.withTemperature(0).withStopTokens(Set.of(ids[2]));
        for (GenerationOptions options : List.of(stopping, stopping.withBeams(1).withBestOf(3))) {
            Sample stopped = generator.write("明月", options).get(0);
            assertThat(free).startsWith(stopped.text());
            assertThat(stopped.tokens()).isLessThanOrEqualTo(2);
            assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
        }
    }

    @Test
    void twoHundredTextsLeaveNoTensorBehind() {
        generator.write("明月", OPTIONS.withMaxTokens(4));
        long before = Tensor.liveCount();
        for (int i = 0; i < 200; i++) {
            generator.write("明月", OPTIONS.withMaxTokens(4).withSeed(i));
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void aTokenizerTooLargeForTheModelIsRefused() {
        save("small", 300, directory.resolve("tokenizer"));
        long before = Tensor.liveCount();
        assertThatThrownBy(() -> LanguageModel.load(directory.resolve("small")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("do not belong together");
        assertThat(Tensor.liveCount()).isEqualTo(before);
        assertThatThrownBy(() -> LanguageModel.load(directory.resolve("nowhere")))
                .hasMessageContaining("config.json");
    }

    @Test
    void aModelBringsItsDefaults() {
        ObjectNode wish = JsonNodeFactory.instance.objectNode();
        wish.put("temperature", 0.6).put("top_k", 40).put("max_new_tokens", 77).putNull("top_p");
        Models.save(model.decoder(), directory.resolve("wishes"))
                .tokenizerFrom(directory.resolve("tokenizer"))
                .generationConfig(wish)
                .write();
        try (LanguageModel wishes = LanguageModel.load(directory.resolve("wishes"))) {
            assertThat(wishes.defaults())
                    .isEqualTo(GenerationOptions.defaults()
                            .withTemperature(0.6)
                            .withTopK(40)
                            .withMaxTokens(77));
        }
        ObjectNode more =
                wish.deepCopy().put("min_p", 0.1).put("typical_p", 0.9).put("num_beams", 6);
        more.put("num_beam_groups", 3)
                .put("diversity_penalty", 0.5)
                .putArray("eos_token_id")
                .add(5)
                .add(7);
        Models.save(model.decoder(), directory.resolve("wishes"))
                .tokenizerFrom(directory.resolve("tokenizer"))
                .generationConfig(more)
                .write();
        try (LanguageModel wishes = LanguageModel.load(directory.resolve("wishes"))) {
            GenerationOptions stated = wishes.defaults();
            assertThat(stated.sampling()).isEqualTo(new Sampling(0.6, 40, 0.95, 0.1, 0.9));
            assertThat(stated.search()).isEqualTo(new Search(6, 3, 0.5, 1, false, 0, 0));
            assertThat(stated.stopTokens()).containsExactlyInAnyOrder(5, 7);
        }
        Models.save(model.decoder(), directory.resolve("wishes"))
                .tokenizerFrom(directory.resolve("tokenizer"))
                .generationConfig(wish.put("top_p", 7))
                .write();
        assertThatThrownBy(() -> LanguageModel.load(directory.resolve("wishes")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("generation_config.json: top-p");
    }
}
