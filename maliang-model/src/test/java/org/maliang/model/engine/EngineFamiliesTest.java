package org.maliang.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maliang.model.Decoder;
import org.maliang.model.Models;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.tensor.Threads;

/** Learned, rotary and linear-bias positions, windows, shared heads and parallel halves, several texts in a row. */
class EngineFamiliesTest {

    private static final List<int[]> PROMPTS = List.of(
            new int[] {5, 9, 31, 7, 7, 22, 14, 3, 38}, new int[] {6}, new int[] {11, 27, 30, 4}, new int[] {5, 9, 31});

    private static int threads;

    @BeforeAll
    static void oneThread() {
        threads = Threads.threads();
        Threads.threads(1); // models this small wait for each other's threads
    }

    @AfterAll
    static void restoreThreads() {
        Threads.threads(threads);
    }

    @ParameterizedTest
    @MethodSource("org.maliang.model.DecoderFamiliesTest#shapes")
    void manyTextsAtOnceAreWhatEachIsAlone(String shape) throws Exception {
        GenerationOptions options = GenerationOptions.defaults()
                .withMaxTokens(12)
                .withTemperature(0)
                .withSamples(2);
        try (Decoder model = Models.decoder(new ObjectMapper().readTree(shape.replace('\'', '"')), 7)) {
            TokenGenerator alone = new TokenGenerator(model).endingWith(OptionalInt.empty());
            try (Engine engine = new Engine(model, alone, EngineSettings.of(160).withChunk(5))) {
                for (GenerationOptions each : List.of(options, options.withTemperature(1))) {
                    for (Speculation speculation : List.of(Speculation.NONE, PromptLookup.DEFAULT)) {
                        var written = engine.write(PROMPTS, each, TokenListener.NONE, speculation);
                        for (int i = 0; i < PROMPTS.size(); i++) {
                            assertThat(written.subList(2 * i, 2 * i + 2))
                                    .isEqualTo(alone.write(PROMPTS.subList(i, i + 1), each));
                        }
                    }
                }
            }
        }
    }
}
