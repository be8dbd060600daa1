package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeneratorTest {

    private Scope scope = Scope.open();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static List<Function<Generator, double[]>> draws() {
        return List.of(
                g -> g.normal(new long[] {33}, 0, 1).toDoubles(),
                g -> g.uniform(new long[] {33}, -1, 2).toDoubles(),
                g -> g.randperm(33).toDoubles(),
                g -> Tensor.ones(DType.F32, 7).multinomial(33, g).toDoubles());
    }

    @Test
    void theSeedDecides() {
        for (Function<Generator, double[]> draw : draws()) {
            double[] numbers = draw.apply(Generator.of(3));
            assertThat(draw.apply(Generator.of(3))).isEqualTo(numbers);
            assertThat(draw.apply(Generator.of(4))).isNotEqualTo(numbers);
        }
    }

    /** Wherever it stands, a generator goes on from its saved state exactly as it would have. */
    @Test
    void continuesFromItsState() {
        Generator generator = Generator.of(3);
        for (Function<Generator, double[]> draw : draws()) {
            byte[] state = generator.state();
            double[] numbers = draw.apply(generator);
            byte[] after = generator.state();
            Generator restored = Generator.of(99);
            restored.restore(state);
            assertThat(draw.apply(restored)).isEqualTo(numbers);
            assertThat(restored.state()).isEqualTo(after).isNotEqualTo(state);
        }
    }

    @Test
    void refusesStateThatIsNone() {
        Generator generator = Generator.of(3);
        byte[] good = generator.state();
        for (byte[] bad : List.of(new byte[0], Arrays.copyOf(good, good.length - 1), new byte[good.length])) {
            assertThatThrownBy(() -> generator.restore(bad))
                    .isInstanceOf(TensorException.class)
                    .hasMessageStartingWith("restore: ");
        }
        assertThat(generator.state()).isEqualTo(good);
    }

    @Test
    void generatorsDoNotDisturbEachOther() {
        Generator one = Generator.of(1);
        Generator two = Generator.of(2);
        double[] first = one.normal(new long[] {4}, 0, 1).toDoubles();
        two.normal(new long[] {4}, 0, 1);
        double[] second = one.normal(new long[] {4}, 0, 1).toDoubles();
        Generator alone = Generator.of(1);
        assertThat(alone.normal(new long[] {4}, 0, 1).toDoubles()).isEqualTo(first);
        assertThat(alone.normal(new long[] {4}, 0, 1).toDoubles()).isEqualTo(second);
    }

    @Test
    void drawsWhatItPromises() {
        Generator generator = Generator.of(8);
        Tensor normal = generator.normal(new long[] {20_000}, 3, 0.5);
        assertThat(normal.mean().item()).isCloseTo(3, within(0.02));
        assertThat(Math.sqrt(normal.variance(0, false).item())).isCloseTo(0.5, within(0.02));
        Tensor uniform = generator.uniform(new long[] {20_000}, -1, 2);
        assertThat(uniform.max().item()).isBetween(1.99, 2.0);
        assertThat(uniform.neg().max().item()).isBetween(0.99, 1.0);
        assertThat(generator.randperm(100).sort(0, false).values().toLongs())
                .isEqualTo(Tensor.arange(100).toLongs());
        Tensor weights = Tensor.of(new float[] {1, 0, 3}, 3);
        assertThat(weights.multinomial(20_000, generator)
                        .eq(2)
                        .to(DType.F32)
                        .mean()
                        .item())
                .isCloseTo(0.75, within(0.02));
    }
}
