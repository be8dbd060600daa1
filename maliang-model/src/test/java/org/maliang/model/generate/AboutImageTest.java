package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Writing about images: what is true of texts about texts, and prompts that texts go on from. */
class AboutImageTest {

    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withMaxTokens(12).withTopP(1).withTemperature(0.9);
    private static final List<int[]> PROMPTS = List.of(new int[] {9}, new int[] {9, 41, 17});

    static Stream<ObjectNode> configs() {
        return TinyEncoderDecoders.imageConfigs();
    }

    private static Tensor images() {
        return Generator.of(7).normal(new long[] {2, 3, 6, 6}, 0, 1);
    }

    private static EncoderInput one(Tensor images, int row) {
        return EncoderInput.ofImages(images.narrow(0, row, 1));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void equalsTheUncachedReference(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder model = TinyEncoderDecoders.create(config)) {
            Tensor images = images();
            TokenGenerator generator = TokenGenerator.about(model, EncoderInput.ofImages(images));
            for (GenerationOptions options :
                    List.of(OPTIONS.withTemperature(0), OPTIONS.withSamples(2).withSeed(7))) {
                List<Continuation> written = generator.write(PROMPTS, options);
                int samples = options.samples();
                for (int i = 0; i < written.size(); i++) {
                    int row = i / samples;
                    assertThat(written.get(i).ids())
                            .isEqualTo(UncachedWriter.about(model, one(images, row))
                                    .write(PROMPTS.get(row), i % samples, options));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void searchesForEveryImageByItself(ObjectNode config) {
        try (Scope scope = Scope.open();
                EncoderDecoder model = TinyEncoderDecoders.create(config)) {
            Tensor images = images();
            GenerationOptions options = OPTIONS.withBeams(3).withMaxTokens(8);
            List<Beam> together = TokenGenerator.about(model, EncoderInput.ofImages(images))
                    .search(TokenGenerator.start(model, 2), options);
            assertThat(together.get(0).score()).isNotCloseTo(together.get(1).score(), within(1e-3));
            for (int row = 0; row < 2; row++) {
                Beam alone = TokenGenerator.about(model, one(images, row))
                        .search(TokenGenerator.start(model, 1), options)
                        .get(0);
                assertThat(together.get(row).continuation()).isEqualTo(alone.continuation());
                assertThat(together.get(row).score()).isCloseTo(alone.score(), within(1e-4));
            }
        }
    }
}
