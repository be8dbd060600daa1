package org.maliang.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TinyModels;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class SpeculationTest {

    private static final int VOCABULARY = 8;
    private static final int[] PROMPT = {5, 3, 5, 3, 7, 5, 3};

    private static Decoder decoder;
    private static Decoder other; // of the same shape and another mind
    private static TokenGenerator endless;

    @BeforeAll
    static void create() {
        decoder = TinyModels.decoder(VOCABULARY, 64);
        other = Models.decoder(TinyModels.config(VOCABULARY, 64), 4);
        endless = new TokenGenerator(decoder).endingWith(OptionalInt.empty());
    }

    @AfterAll
    static void close() {
        decoder.close();
        other.close();
    }

    private static Engine engine() {
        return new Engine(decoder, endless, EngineSettings.of(4000).withQueue(10_000));
    }

    @Test
    void everyTextIsWhatItIsWithoutGuesses() {
        try (Engine engine = engine()) {
            for (Speculation speculation :
                    List.of(PromptLookup.DEFAULT, new DraftModel(other, 4), new DraftModel(decoder, 3))) {
                for (double temperature : new double[] {0, 0.7, 1.5}) {
                    GenerationOptions options = GenerationOptions.defaults()
                            .withMaxTokens(40)
                            .withTemperature(temperature)
                            .withSamples(4)
                            .withTopP(0.95);
                    assertThat(engine.write(List.of(PROMPT), options, TokenListener.NONE, speculation))
                            .isEqualTo(endless.write(List.of(PROMPT), options));
                }
            }
        }
    }

    /** A model that guesses for itself is right each time: it draws with the same random numbers. */
    @Test
    void goodGuessesSavePasses() {
        GenerationOptions options = GenerationOptions.defaults().withMaxTokens(40);
        try (Engine engine = engine()) {
            engine.write(List.of(PROMPT), options, TokenListener.NONE, new DraftModel(decoder, 3));
            while (engine.load().running() > 0) {
                Thread.onSpinWait();
            }
            assertThat(engine.load().hit()).isEqualTo(engine.load().guessed()).isGreaterThan(25);
            assertThat(engine.load().steps()).isLessThan(15);
        }
    }

    @Test
    void repeatsAreLookedUp() {
        var line = endless.lines(List.of(PROMPT), GenerationOptions.defaults()).get(0);
        assertThat(new PromptLookup(3, 2).begin(line).next(line, 9)).containsExactly(7, 5, 3);
        assertThat(new PromptLookup(5, 2).begin(line).next(line, 9)).containsExactly(7, 5, 3, 7, 5);
        assertThat(new PromptLookup(3, 2).begin(line).next(line, 1)).containsExactly(7);
        assertThat(new PromptLookup(3, 2).begin(line).next(line, 0)).isEmpty();
        var fresh = endless.lines(List.of(new int[] {1, 2, 3}), GenerationOptions.defaults())
                .get(0);
        assertThat(PromptLookup.DEFAULT.begin(fresh).next(fresh, 9)).isEmpty();
    }

    /** Pairs of tokens against their exact probabilities: Pearson's chi-square. */
    @Test
    void theDistributionIsTheModels() {
        int draws = 2500;
        GenerationOptions options = GenerationOptions.defaults()
                .withMaxTokens(3)
                .withTemperature(1)
                .withTopP(1)
                .withSamples(draws);
        double[] expected = pairs();
        for (Speculation speculation : List.of(new PromptLookup(2, 3), new DraftModel(other, 2))) {
            long[] seen = new long[expected.length];
            try (Engine engine = engine()) {
                for (Continuation text :
                        engine.write(List.of(PROMPT), options.withSeed(99), TokenListener.NONE, speculation)) {
                    seen[text.ids()[1] * VOCABULARY + text.ids()[2]]++;
                }
            }
            double statistic = 0;
            int cells = 0;
            double rareExpected = 0;
            double rareSeen = 0;
            for (int i = 0; i < expected.length; i++) {
                double mean = draws * expected[i];
                if (mean < 5) {
                    rareExpected += mean;
                    rareSeen += seen[i];
                } else {
                    statistic += (seen[i] - mean) * (seen[i] - mean) / mean;
                    cells++;
                }
            }
            statistic += (rareSeen - rareExpected) * (rareSeen - rareExpected) / Math.max(rareExpected, 1);
            // mean and deviation of a chi-square are its degrees of freedom f and √(2f): four deviations are far out
            assertThat(cells).isGreaterThan(10);
            assertThat(statistic).isLessThan(cells + 4 * Math.sqrt(2.0 * cells));
        }
    }

    /** The probability that the second and third tokens after the prompt are such and such. */
    private static double[] pairs() {
        double[] pairs = new double[VOCABULARY * VOCABULARY];
        double[] first = next(PROMPT);
        for (int a = 0; a < VOCABULARY; a++) {
            double[] second = next(with(PROMPT, a));
            for (int b = 0; b < VOCABULARY; b++) {
                double[] third = next(with(with(PROMPT, a), b));
                for (int c = 0; c < VOCABULARY; c++) {
                    pairs[b * VOCABULARY + c] += first[a] * second[b] * third[c];
                }
            }
        }
        return pairs;
    }

    private static int[] with(int[] ids, int token) {
        int[] longer = Arrays.copyOf(ids, ids.length + 1);
        longer[ids.length] = token;
        return longer;
    }

    private static double[] next(int[] ids) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor input = Tensor.of(Arrays.stream(ids).asLongStream().toArray(), 1, ids.length);
            return decoder.logits(decoder.hidden(Input.of(input)))
                    .select(1, ids.length - 1L)
                    .softmax(-1)
                    .toDoubles();
        }
    }
}
