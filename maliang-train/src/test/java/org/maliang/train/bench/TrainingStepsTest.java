package org.maliang.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;

class TrainingStepsTest {
    private static final ModelShape TINY = new ModelShape(100, 32, 2, 4);

    @Test
    void trainsTheSameInBothPrecisions() {
        double[] losses = new double[2];
        long before = Tensor.liveCount();
        for (DType type : new DType[] {DType.F32, DType.BF16}) {
            try (var steps = new TrainingSteps(new TrainingSteps.Setting(TINY, type, 2, 16, Device.CPU))) {
                assertThat(steps.tokensPerSecond(20)).hasSize(20).doesNotContain(0);
                losses[type == DType.F32 ? 0 : 1] = steps.loss();
            }
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
        assertThat(losses[0]).isLessThan(Math.log(TINY.vocabulary()) - 0.1);
        assertThat(losses[1]).isCloseTo(losses[0], within(0.05));
    }

    @Test
    void countsOperationsAsNanoGptDoes() {
        try (var steps = new TrainingSteps(new TrainingSteps.Setting(TINY, DType.F32, 1, 16, Device.CPU))) {
            long parameters = 100 * 32 + 16 * 32 + 2 * (12 * 32 * 32 + 13 * 32) + 2 * 32;
            assertThat(steps.operationsPerToken()).isEqualTo(6.0 * parameters + 12.0 * 2 * 32 * 16);
        }
    }

    @Test
    void refusesOtherPrecisions() {
        assertThatThrownBy(() -> new TrainingSteps.Setting(TINY, DType.I8, 1, 16, Device.CPU))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("f32 or bf16");
    }
}
