package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sliced loss against the plain one. */
class HeadLossTest {
    private static final long IGNORED = -100;
    /** Vocabulary times rows exceeds one block, so that blocks meet. */
    private static final long VOCABULARY = 6000;

    private static final long ROWS = 400;
    private static final long WIDTH = 24;

    private final Scope scope = Scope.open();
    private final Generator random = Generator.of(5);
    private final Tensor hidden = random.normal(new long[] {ROWS, WIDTH}, 0, 1).requiresGrad(true);
    private final Tensor weight =
            random.normal(new long[] {VOCABULARY, WIDTH}, 0, 0.3).requiresGrad(true);
    private final Tensor targets = Tensor.of(targets(7), ROWS);
    private long before;

    @BeforeEach
    void count() {
        before = Tensor.liveCount();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void equalsPlainCrossEntropy() {
        Tensor all = Tensor.of(targets(0), ROWS);
        for (Tensor chosen : new Tensor[] {all, targets}) {
            Run plain = run(() -> Ops.crossEntropy(Ops.linear(hidden, weight), chosen, IGNORED));
            Run sliced = run(() -> Ops.headLoss(hidden, weight, chosen, IGNORED));
            assertThat(sliced.loss).isCloseTo(plain.loss, within(1e-5));
            assertThat(difference(sliced.hidden, plain.hidden)).isLessThan(1e-5);
            assertThat(difference(sliced.weight, plain.weight)).isLessThan(1e-5);
        }
    }

    @Test
    void staysWithinRoundingOfBf16() {
        Run plain = run(() -> Ops.crossEntropy(Ops.linear(hidden, weight), targets, IGNORED));
        Run rounded = run(() -> {
            try (Autograd.Guard guard = Autograd.autocast(Device.CPU, DType.BF16)) {
                return Ops.headLoss(hidden, weight, targets, IGNORED);
            }
        });
        assertThat(rounded.loss).isCloseTo(plain.loss, within(5e-3));
        assertThat(difference(rounded.hidden, plain.hidden)).isLessThan(1e-2);
        assertThat(difference(rounded.weight, plain.weight)).isLessThan(1e-2);
    }

    @Test
    void scalesAndAccumulatesLikeAnyLoss() {
        Run whole = run(() -> Ops.headLoss(hidden, weight, targets, IGNORED));
        hidden.clearGrad();
        weight.clearGrad();
        for (int part = 0; part < 2; part++) {
            Ops.headLoss(hidden, weight, targets, IGNORED).div(2).backward();
        }
        assertThat(difference(weight.grad(), whole.weight)).isLessThan(1e-6);
        assertThat(difference(hidden.grad(), whole.hidden)).isLessThan(1e-6);
    }

    @Test
    void survivesCertainty() {
        Tensor sure = Tensor.of(new float[] {1000, 0}, 1, 2);
        Tensor classes = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
        assertThat(Ops.headLoss(sure, classes, Tensor.of(new long[] {1}, 1), IGNORED)
                        .item())
                .isEqualTo(1000);
    }

    @Test
    void makesNothingButTheLossWithoutTape() {
        try (Autograd.Guard guard = Autograd.noGrad()) {
            Tensor loss = Ops.headLoss(hidden, weight, targets, IGNORED);
            assertThat(loss.requiresGrad()).isFalse();
            assertThat(loss.item()).isFinite();
            assertThat(Tensor.liveCount()).isEqualTo(before + 1);
        }
    }

    @Test
    void namesShapesThatDoNotFit() {
        Tensor three = Tensor.zeros(DType.I64, 3);
        assertThatThrownBy(() -> Ops.headLoss(hidden, weight, three, IGNORED))
                .isInstanceOf(TensorException.class)
                .hasMessage("headLoss: hidden has shape [400, 24] and targets [3], expected [n, width] and [n]");
    }

    private record Run(double loss, Tensor hidden, Tensor weight) {}

    private interface Loss {
        Tensor compute();
    }

    private Run run(Loss loss) {
        hidden.clearGrad();
        weight.clearGrad();
        Tensor value = loss.compute();
        value.backward();
        return new Run(value.item(), hidden.grad().copy(), weight.grad().copy());
    }

    /** Largest difference as a share of the largest element. */
    private static double difference(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item() / b.abs().max().item();
    }

    /** Every {@code gap}-th is ignored; none is when the gap is 0. */
    private static long[] targets(int gap) {
        long[] ids = new long[(int) ROWS];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = gap > 0 && i % gap == 0 ? IGNORED : i * 13L % VOCABULARY;
        }
        return ids;
    }
}
