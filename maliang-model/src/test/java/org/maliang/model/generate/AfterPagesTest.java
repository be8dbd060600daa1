package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.maliang.model.TinyEncoderDecoders.ids;
import static org.maliang.model.TinyEncoderDecoders.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.LanguageModel;
import org.maliang.model.Models;
import org.maliang.model.SlidingWindow;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Going on after a text, page by page, as PLUG does. */
class AfterPagesTest {

    private static final int BEGIN = 2;
    private static final int END = 3;
    private static final int[] TEXT = {17, 8, 31, 29, 44};
    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withTopP(1).withTemperature(0.9).withTopK(20);
    private static final String SHAPE = "'model_type':'plug','hidden_size':12,'num_attention_heads':2,"
            + "'intermediate_size':16,'num_hidden_layers':1,'dec_hidden_layers':1,'type_vocab_size':2,"
            + "'initializer_range':0.6,'bos_token_id':2,'eos_token_id':3";

    @TempDir
    Path directory;

    private static EncoderDecoder model() {
        return TinyEncoderDecoders.create(json("{" + SHAPE + ",'max_position_embeddings':512}"));
    }

    /** The slow, obvious reference: every token reads the window and the page again. */
    private static int[] uncached(
            EncoderDecoder model, SlidingWindow window, int[] text, int sample, GenerationOptions options) {
        SplittableRandom seeds = new SplittableRandom(options.seed());
        SplittableRandom random = seeds.split();
        for (int i = 0; i < sample; i++) {
            random = seeds.split();
        }
        ScoreRules rules = new ScoreRules(options, OptionalInt.of(END), Integer.MAX_VALUE);
        Draft draft = Draft.after(new int[] {BEGIN}, options.constraint());
        List<Integer> read = new ArrayList<>(List.of(BEGIN));
        IntStream.of(text).skip(Math.max(0, text.length - window.source() + 2)).forEach(read::add);
        List<Integer> page = new ArrayList<>(List.of(BEGIN));
        while (draft.written() < options.maxTokens()) {
            if (page.size() == window.target() + 1) {
                read.addAll(page.subList(1, page.size()));
                page = new ArrayList<>(List.of(BEGIN));
            }
            List<Integer> source = new ArrayList<>(read);
            source.add(END);
            float[] row =
                    scores(model, source.subList(Math.max(0, source.size() - window.source()), source.size()), page);
            rules.apply(draft, row.clone(), 0, row);
            int token = Sampler.of(options).choose(row, random);
            draft.add(token);
            if (token == END) {
                break;
            }
            page.add(token);
        }
        return draft.finish(FinishReason.LENGTH).ids();
    }

    private static float[] scores(EncoderDecoder model, List<Integer> source, List<Integer> page) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            long[] read = source.stream().mapToLong(id -> id).toArray();
            long[] target = page.stream().mapToLong(id -> id).toArray();
            return model.scores(Input.of(ids(target)), model.remember(EncoderInput.of(ids(read))), 1)
                    .toFloats();
        }
    }

    @ParameterizedTest
    @CsvSource({"12,5", "7,7", "64,3", "40,1"})
    void equalsTheUncachedReference(int source, int target) {
        SlidingWindow window = new SlidingWindow(source, target, 0.8);
        int[] long1 = IntStream.range(0, 30).map(i -> 4 + i * 7 % 46).toArray();
        try (Scope scope = Scope.open();
                EncoderDecoder model = model()) {
            for (int[] text : List.of(TEXT, long1, new int[0])) {
                TokenGenerator generator = TokenGenerator.after(model, window, text);
                for (GenerationOptions options : List.of(
                        OPTIONS.withTemperature(0).withMaxTokens(23),
                        OPTIONS.withTemperature(0).withMaxTokens(17).withRepetitionPenalty(1.4),
                        OPTIONS.withMaxTokens(20).withSamples(4).withSeed(7).withMinTokens(6))) {
                    List<Continuation> written = generator.write(TokenGenerator.start(model, 1), options);
                    assertThat(written).hasSize(options.samples());
                    for (int sample = 0; sample < written.size(); sample++) {
                        assertThat(written.get(sample).ids()).isEqualTo(uncached(model, window, text, sample, options));
                    }
                }
            }
        }
    }

    /** A search over pages finds texts whose scores are the sums that the slow reference gives. */
    @Test
    void searchesOverPages() {
        SlidingWindow window = new SlidingWindow(12, 4, 0.8);
        try (Scope scope = Scope.open();
                EncoderDecoder model = model()) {
            GenerationOptions options =
                    OPTIONS.withBeams(3).withSamples(3).withMaxTokens(11).withMinTokens(11);
            List<Beam> beams =
                    TokenGenerator.after(model, window, TEXT).search(TokenGenerator.start(model, 1), options);
            assertThat(beams).hasSize(3);
            for (Beam beam : beams) {
                int[] ids = beam.continuation().ids();
                assertThat(ids).hasSize(11).doesNotContain(END);
                assertThat(beam.score()).isCloseTo(logProbability(model, window, ids) / 12, within(1e-4));
            }
        }
    }

    private static double logProbability(EncoderDecoder model, SlidingWindow window, int[] written) {
        double sum = 0;
        List<Integer> read = new ArrayList<>(List.of(BEGIN));
        IntStream.of(TEXT).forEach(read::add);
        for (int first = 0; first < written.length; first += window.target()) {
            List<Integer> page = new ArrayList<>(List.of(BEGIN));
            List<Integer> source = new ArrayList<>(read);
            source.add(END);
            for (int i = first; i < Math.min(written.length, first + window.target()); i++) {
                float[] row = scores(
                        model, source.subList(Math.max(0, source.size() - window.source()), source.size()), page);
                double total = 0;
                for (float score : row) {
                    total += Math.exp(score);
                }
                sum += row[written[i]] - Math.log(total);
                page.add(written[i]);
            }
            read.addAll(page.subList(1, page.size()));
        }
        return sum;
    }

    @Test
    void writingLeavesNoTensorBehind() {
        SlidingWindow window = new SlidingWindow(12, 4, 0.8);
        try (Scope scope = Scope.open();
                EncoderDecoder model = model()) {
            TokenGenerator generator = TokenGenerator.after(model, window, TEXT);
            GenerationOptions options = OPTIONS.withMaxTokens(15).withSamples(2);
            long before = Tensor.liveCount();
            for (int seed = 0; seed < 10; seed++) {
                generator.write(TokenGenerator.start(model, 1), options.withSeed(seed));
                generator.search(TokenGenerator.start(model, 1), options.withBeams(3));
                assertThatThrownBy(() -> generator.write(TokenGenerator.start(model, 1), options, (row, token) -> {
                            throw new IllegalStateException("no more");
                        }))
                        .hasMessage("no more");
            }
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }

    /** A model directory with BERT's vocabulary, as ModelScope's is. */
    private Path save(String more) throws IOException {
        List<String> entries =
                new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##光", "'", "\"", "-"));
        "泛起笑意他正要离开看着明月".chars().mapToObj(Character::toString).forEach(entries::add);
        Path tokenizer = Files.createDirectories(directory.resolve("tokenizer"));
        Files.write(tokenizer.resolve("vocab.txt"), entries);
        Path model = directory.resolve("model");
        try (EncoderDecoder made = (EncoderDecoder)
                Models.create(json("{" + SHAPE + ",'max_position_embeddings':600,'vocab_size':24" + more + "}"), 8)) {
            Models.save(made, model).tokenizerFrom(tokenizer).write();
        }
        return model;
    }

    /** Four characters are enough to begin with; the text is as long as it is asked to be, but for the last fifth. */
    @ParameterizedTest
    @ValueSource(ints = {32, 128, 256, 512})
    void writesOnFromFourCharacters(int length) throws IOException {
        try (LanguageModel model = LanguageModel.load(save(""))) {
            assertThat(model.defaults())
                    .isEqualTo(OPTIONS.withMaxTokens(128).withTemperature(0.9).withTopK(20));
            GenerationOptions options =
                    model.defaults().withMaxTokens(length).withSeed(length).withSamples(3);
            List<StringBuilder> heard = List.of(new StringBuilder(), new StringBuilder(), new StringBuilder());
            List<Sample> samples = model.generator()
                    .write("泛起笑意", options, (i, piece) -> heard.get(i).append(piece));
            assertThat(samples).hasSize(3);
            for (int i = 0; i < 3; i++) {
                Sample sample = samples.get(i);
                assertThat(sample.tokens()).isBetween((int) (0.8 * length) + 1, length);
                assertThat(sample.finishReason() == FinishReason.LENGTH).isEqualTo(sample.tokens() == length);
                assertThat(heard.get(i)).hasToString(sample.text());
                assertThat(sample.text()).matches("[泛起笑意他正要离开看着明月光'\"“-]+").doesNotContain("““");
            }
        }
    }

    @Test
    void thePublishedWindowIsUsed() throws IOException {
        try (LanguageModel model = LanguageModel.load(save(""))) {
            EncoderDecoder plug = (EncoderDecoder) model.model();
            assertThat(plug.config().window()).contains(new SlidingWindow(512, 128, 0.8));
            GenerationOptions options = model.defaults().withTemperature(0).withMaxTokens(300);
            int[] written = uncached(
                    plug,
                    new SlidingWindow(512, 128, 0.8),
                    model.tokenizer().encode("泛起笑意"),
                    0,
                    options.withMinTokens(241));
            JoinedText joined = new JoinedText(model.tokenizer(), "“");
            StringBuilder text = new StringBuilder();
            Arrays.stream(written)
                    .filter(id -> id != END)
                    .mapToObj(joined::push)
                    .forEach(text::append);
            assertThat(model.generator().write("泛起笑意", options).get(0).text()).hasToString(text.toString());
        }
    }

    /** What the vocabulary lacks is spelled with what it has, and back. */
    @Test
    void quotationMarksAreTranslated() throws IOException {
        try (LanguageModel model = LanguageModel.load(save(""))) {
            GenerationOptions options = model.defaults().withMaxTokens(20);
            assertThat(model.generator().write("‘他“看着——", options))
                    .isEqualTo(model.generator().write("'他\"看着--", options))
                    .isNotEqualTo(model.generator().write("他看着", options));
            JoinedText text = new JoinedText(model.tokenizer(), "“");
            StringBuilder joined = new StringBuilder();
            for (int id : new int[] {13, 1, 1, 5, 1, 0, 2, 13}) {
                joined.append(text.push(id));
            }
            assertThat(joined.append(text.flush())).hasToString("他““光“他".replace("““", "“"));
        }
    }

    /** With another window than one page there is no bound but the length asked for; a shorter context is a shorter page. */
    @Test
    void aSmallModelHasASmallWindow() {
        try (Scope scope = Scope.open();
                EncoderDecoder model =
                        TinyEncoderDecoders.create(json("{" + SHAPE + ",'max_position_embeddings':9}"))) {
            SlidingWindow window = model.config().window().orElseThrow();
            assertThat(window).isEqualTo(new SlidingWindow(9, 9, 0.8));
            GenerationOptions options =
                    OPTIONS.withTemperature(0).withMaxTokens(40).withMinTokens(40);
            assertThat(TokenGenerator.after(model, window, TEXT)
                            .write(TokenGenerator.start(model, 1), options)
                            .get(0)
                            .ids())
                    .hasSize(40)
                    .isEqualTo(uncached(model, window, TEXT, 0, options));
        }
    }
}
