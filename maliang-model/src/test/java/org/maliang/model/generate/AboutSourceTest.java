package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.maliang.model.TinyEncoderDecoders.ids;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Writing about sources: caches, batches and padding must not be seen in what is written. */
class AboutSourceTest {

    private static final long[] SHORT = {11, 23, 5, 42, 3};
    private static final long[] LONG = {8, 31, 31, 17, 29, 44, 12, 3};
    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withMaxTokens(12).withTopP(1).withTemperature(0.9);

    static Stream<ObjectNode> configs() {
        return TinyEncoderDecoders.configs();
    }

    private static int[] uncached(EncoderDecoder model, long[] source, int sample, GenerationOptions options) {
        int[] start = TokenGenerator.start(model, 1).get(0);
        return UncachedWriter.about(model, EncoderInput.of(ids(source))).write(start, sample, options);
    }

    private static EncoderInput both() {
        return EncoderInput.of(ids(LONG, Arrays.copyOf(SHORT, LONG.length)))
                .withMask(ids(new long[] {1, 1, 1, 1, 1, 1, 1, 1}, new long[] {1, 1, 1, 1, 1, 0, 0, 0}));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void equalsTheUncachedReference(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder model = TinyEncoderDecoders.create(config)) {
            TokenGenerator generator = TokenGenerator.about(model, both());
            for (GenerationOptions options : List.of(
                    OPTIONS.withTemperature(0),
                    OPTIONS.withTemperature(0).withRepetitionPenalty(1.4).withNoRepeatNgram(2),
                    OPTIONS.withSamples(3).withSeed(7).withMinTokens(5))) {
                List<Continuation> written = generator.write(TokenGenerator.start(model, 2), options);
                int samples = options.samples();
                for (int i = 0; i < written.size(); i++) {
                    assertThat(written.get(i).ids())
                            .isEqualTo(uncached(model, i < samples ? LONG : SHORT, i % samples, options));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void textsAreTheSameWhateverFitsIntoMemory(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder model = TinyEncoderDecoders.create(config)) {
            TokenGenerator generator = TokenGenerator.about(model, both());
            GenerationOptions many = OPTIONS.withSamples(3).withSeed(7);
            List<int[]> start = TokenGenerator.start(model, 2);
            assertThat(generator.keeping(1).write(start, many)).isEqualTo(generator.write(start, many));
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void contrastiveSearchIsForDecoders(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder model = TinyEncoderDecoders.create(config)) {
            TokenGenerator generator = TokenGenerator.about(model, both());
            GenerationOptions contrastive = OPTIONS.withTopK(4).withPenaltyAlpha(0.6);
            assertThatThrownBy(() -> generator.write(TokenGenerator.start(model, 2), contrastive))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs a decoder");
        }
    }

    /** What is found for a source does not hang on the others. */
    @ParameterizedTest
    @MethodSource("configs")
    void searchesEverySourceByItself(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder model = TinyEncoderDecoders.create(config)) {
            GenerationOptions options = OPTIONS.withBeams(3).withMaxTokens(8);
            List<Beam> together = TokenGenerator.about(model, both()).search(TokenGenerator.start(model, 2), options);
            assertThat(together).hasSize(2);
            long[][] sources = {LONG, SHORT};
            for (int row = 0; row < 2; row++) {
                Beam alone = TokenGenerator.about(model, EncoderInput.of(ids(sources[row])))
                        .search(TokenGenerator.start(model, 1), options)
                        .get(0);
                assertThat(together.get(row).continuation()).isEqualTo(alone.continuation());
                assertThat(together.get(row).score()).isCloseTo(alone.score(), within(1e-4));
            }
        }
    }

    @Test
    void forcedTokensStandWhereTheyMust() {
        try (Scope scope = Scope.open();
                EncoderDecoder model =
                        TinyEncoderDecoders.create(configs().findFirst().orElseThrow())) {
            TokenGenerator generator = TokenGenerator.about(model, both())
                    .endingWith(OptionalInt.of(3))
                    .forcing(OptionalInt.of(17), OptionalInt.of(3));
            GenerationOptions options = OPTIONS.withMinTokens(12).withMaxTokens(12);
            assertThat(generator.write(TokenGenerator.start(model, 2), options))
                    .allSatisfy(text ->
                            assertThat(text.ids()).startsWith(17).endsWith(3).hasSize(12));
            assertThat(generator.search(TokenGenerator.start(model, 2), options.withBeams(2)))
                    .allSatisfy(beam -> assertThat(beam.continuation().ids())
                            .startsWith(17)
                            .endsWith(3)
                            .hasSize(12));
        }
    }

    @Test
    void everySourceNeedsOneStart() {
        try (Scope scope = Scope.open();
                EncoderDecoder model =
                        TinyEncoderDecoders.create(configs().findFirst().orElseThrow())) {
            assertThatThrownBy(() -> TokenGenerator.about(model, both()).write(TokenGenerator.start(model, 3), OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 prompts and 2 sources");
            TokenGenerator beyond =
                    TokenGenerator.about(model, both()).forcing(OptionalInt.empty(), OptionalInt.of(50));
            assertThatThrownBy(() -> beyond.write(TokenGenerator.start(model, 2), OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("vocabulary of 50");
            assertThat(TokenGenerator.about(model, both())
                            .endingWith(OptionalInt.of(50))
                            .write(TokenGenerator.start(model, 2), OPTIONS.withMinTokens(2)))
                    .hasSize(2);
        }
    }

    @Test
    void writingLeavesNoTensorBehind() {
        try (Scope scope = Scope.open();
                EncoderDecoder model =
                        TinyEncoderDecoders.create(configs().findFirst().orElseThrow())) {
            TokenGenerator generator = TokenGenerator.about(model, both());
            long before = Tensor.liveCount();
            for (int seed = 0; seed < 20; seed++) {
                generator.write(
                        TokenGenerator.start(model, 2), OPTIONS.withSeed(seed).withSamples(2));
                generator.search(TokenGenerator.start(model, 2), OPTIONS.withBeams(3));
            }
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }
}
