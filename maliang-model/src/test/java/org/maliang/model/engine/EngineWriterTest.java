package org.maliang.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.maliang.model.Decoder;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TinyModels;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.generate.TokenWriter;

/** One call that brings its own engine writes what the token generator writes, and says so to the same listener. */
class EngineWriterTest {

    private static final List<int[]> PROMPTS = List.of(new int[] {5, 6, 7}, new int[] {9}, new int[] {5, 6, 8, 11, 4});
    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withMaxTokens(20).withSamples(3).withSeed(4);

    private final Decoder decoder = TinyModels.decoder(40, 64);
    private final TokenGenerator tokens = new TokenGenerator(decoder);

    @AfterEach
    void close() {
        decoder.close();
    }

    private record Heard(int row, int token) {}

    private static List<Heard> heard(TokenWriter writer, GenerationOptions options, int row) {
        List<Heard> heard = new ArrayList<>();
        writer.write(PROMPTS, options, (index, token) -> index != row || heard.add(new Heard(index, token)));
        return heard;
    }

    private void same(TokenWriter writer, GenerationOptions options) {
        List<Continuation> expected = tokens.write(PROMPTS, options);
        assertThat(writer.write(PROMPTS, options, TokenListener.NONE)).isEqualTo(expected);
        for (int row = 0; row < PROMPTS.size() * options.drawn(); row++) {
            assertThat(heard(writer, options, row)).isEqualTo(heard(tokens, options, row));
        }
    }

    @Test
    void writesWhatTheTokenGeneratorWrites() {
        TokenWriter writer = new EngineWriter(decoder, tokens, Speculation.NONE);
        same(writer, OPTIONS);
        same(writer, OPTIONS.withSamples(2).withBestOf(5));
        same(writer, OPTIONS.withStopTokens(Set.of(3, 7, 12, 20)));
        same(
                new EngineWriter(decoder, tokens, PromptLookup.DEFAULT),
                OPTIONS.withSamples(1).withBestOf(4));
    }

    @Test
    void textsWaitForRoom() {
        same(new EngineWriter(decoder, tokens, Speculation.NONE, 1), OPTIONS);
    }

    @Test
    void contrastiveSearchIsLeftToTheTokenGenerator() {
        GenerationOptions contrastive = OPTIONS.withSamples(1).withTopK(4).withPenaltyAlpha(0.6);
        same(new EngineWriter(decoder, tokens, Speculation.NONE), contrastive);
        try (Engine engine = new Engine(decoder, EngineSettings.of(64))) {
            assertThatThrownBy(() -> engine.submit(Request.of(PROMPTS.get(0), contrastive)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("contrastive");
        }
    }
}
