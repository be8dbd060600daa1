package org.maliang.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

class GenerationSpeedTest {
    private static final JsonNode TINY = DecoderShapes.config("tiny");
    private static final long BODY = 2 * (256 * 256 * 2 + 2 * 256 * 128 + 3 * 256 * 512); // weights of the layers
    private static final long HEAD = 256 * 1000;

    @ParameterizedTest
    @EnumSource
    void randomModelsOfEveryKindForetellLikeFreshOnes(WeightKind kind) {
        long before = Tensor.liveCount();
        try (Decoder decoder = Models.random(TINY, Placement.CPU.withMatrices(Optional.of(kind)));
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor ids = Tensor.of(new long[] {1, 2, 3, 4}, 1, 4);
            Tensor logits = decoder.logits(decoder.hidden(Input.of(ids))); // [1, 4, vocabulary]
            double deviation = logits.norm().item() / Math.sqrt((double) logits.elements());
            assertThat(deviation).isBetween(0.1, 1.0); // 16 · 0.02 = 0.32 for normed states
            assertThat(decoder.parameterCount()).isEqualTo(Models.count(TINY));
            assertThat(decoder.bodySize().weights()).isEqualTo(BODY);
            assertThat(decoder.headSize().weights()).isEqualTo(HEAD);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void everyRateIsPositive() {
        try (Decoder decoder = Models.random(TINY, Placement.CPU.withMatrices(Optional.of(WeightKind.INT8)))) {
            GenerationSpeed speed = new GenerationSpeed(decoder);
            for (double rate : List.of(
                    speed.firstToken(3),
                    speed.prefill(20),
                    speed.decode(1, 3, 5),
                    speed.decode(5, 3, 4),
                    speed.decodeUncached(3, 5))) {
                assertThat(rate).isPositive().isFinite();
            }
        }
    }

    @Test
    void theSlowerOfReadingAndMultiplyingBounds() {
        try (Decoder decoder = Models.random(TINY, Placement.CPU.withMatrices(Optional.of(WeightKind.F16)))) {
            long weights = BODY + HEAD;
            Roofline slowMemory = new Roofline(weights, 1e15); // a pass reads two bytes a weight
            assertThat(slowMemory.decode(decoder, 1)).isCloseTo(0.5, within(1e-12));
            assertThat(slowMemory.decode(decoder, 8)).isCloseTo(4, within(1e-12));
            Roofline slowProducts = new Roofline(1e15, 2 * weights); // and has two operations a weight
            assertThat(slowProducts.decode(decoder, 8)).isCloseTo(1, within(1e-12));
            assertThat(slowProducts.prefill(decoder, 64)).isCloseTo((double) weights / BODY, within(1e-9));
        }
    }

    @Test
    void shapesHaveTheSizesTheirNamesSay() {
        assertThat(Models.count(DecoderShapes.config("gpt2-124m"))).isEqualTo(124_439_808);
        assertThat(Models.count(DecoderShapes.config("llama-1.1b"))).isEqualTo(1_100_048_384);
        assertThat(Models.count(DecoderShapes.config("cpm-2.6b"))).isBetween(2_590_000_000L, 2_610_000_000L);
        assertThatThrownBy(() -> DecoderShapes.config("gpt5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpm-2.6b");
    }
}
