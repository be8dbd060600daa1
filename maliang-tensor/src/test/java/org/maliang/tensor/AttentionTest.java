package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ways attention is computed, against the formula written out. */
class AttentionTest {
    private static final double SCALE = 0.3;

    private final Scope scope = Scope.open();
    private final Generator random = Generator.of(3);

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void equalsTheFormulaInF32() {
        for (long time : new long[] {2, 7, 150}) {
            Tensor exact = heads(DType.F32, time);
            Run naive = run(exact, AttentionTest::naive);
            Run ours = run(exact, AttentionTest::attention);
            assertThat(difference(ours.mixed, naive.mixed)).isLessThan(1e-5);
            assertThat(difference(ours.gradient, naive.gradient)).isLessThan(1e-5);
        }
    }

    /** 300 queries are two full parts and one that is not. */
    @Test
    void staysWithinRoundingInBf16() {
        for (long time : new long[] {2, 128, 300}) {
            Tensor rounded = heads(DType.BF16, time);
            Run naive = run(rounded.detach().to(DType.F32).requiresGrad(true), AttentionTest::naive);
            Run ours = run(rounded, AttentionTest::attention);
            assertThat(ours.mixed.dtype()).isEqualTo(DType.BF16);
            assertThat(difference(ours.mixed, naive.mixed)).isLessThan(0.02);
            assertThat(difference(ours.gradient, naive.gradient)).isLessThan(0.02);
        }
    }

    @Test
    void takesMasksInBf16() {
        Tensor rounded = heads(DType.BF16, 9);
        Tensor visible = Tensor.ones(DType.BOOL, 9, 9).tril(0);
        Run masked = run(
                rounded, (q, k, v) -> Ops.attention(q, k, v, Mask.of(visible).scale(SCALE)));
        Run causal = run(rounded, AttentionTest::attention);
        assertThat(difference(masked.mixed, causal.mixed)).isLessThan(0.02);
        assertThat(difference(masked.gradient, causal.gradient)).isLessThan(0.02);
    }

    @Test
    void isNoLessExactInsideAutocast() {
        Tensor exact = heads(DType.F32, 40);
        Run plain = run(exact, AttentionTest::attention);
        Run cast = run(exact, (q, k, v) -> {
            try (Autograd.Guard guard = Autograd.autocast(Device.CPU, DType.BF16)) {
                return attention(q, k, v);
            }
        });
        assertThat(difference(cast.mixed, plain.mixed)).isLessThan(1e-6);
        assertThat(difference(cast.gradient, plain.gradient)).isLessThan(1e-6);
    }

    private record Run(Tensor mixed, Tensor gradient) {}

    private interface Kernel {
        Tensor mix(Tensor q, Tensor k, Tensor v);
    }

    /** {@code [3, batch, heads, time, headDim]}. */
    private Tensor heads(DType type, long time) {
        return random.normal(new long[] {3, 2, 2, time, 16}, 0, 1).to(type).requiresGrad(true);
    }

    private static Run run(Tensor heads, Kernel kernel) {
        heads.clearGrad();
        Tensor mixed = kernel.mix(heads.select(0, 0), heads.select(0, 1), heads.select(0, 2));
        Tensor weights = Tensor.arange(mixed.elements())
                .to(DType.F32)
                .mul(0.02)
                .sub(1)
                .tanh()
                .view(mixed.shape());
        mixed.backward(weights.to(mixed.dtype()));
        return new Run(mixed.detach(), heads.grad().copy());
    }

    private static Tensor attention(Tensor q, Tensor k, Tensor v) {
        return Ops.attention(q, k, v, Mask.CAUSAL.scale(SCALE));
    }

    private static Tensor naive(Tensor q, Tensor k, Tensor v) {
        long time = q.size(-2);
        Tensor future = Tensor.ones(DType.BOOL, time, time).triu(1);
        Tensor scores = q.matmul(k.transpose(-2, -1)).mul(SCALE).maskedFill(future, Double.NEGATIVE_INFINITY);
        return scores.softmax(-1).matmul(v);
    }

    /** Length of the difference as a share of the length. */
    private static double difference(Tensor a, Tensor b) {
        Tensor wide = b.to(DType.F32);
        return a.to(DType.F32).sub(wide).norm().item() / wide.norm().item();
    }
}
