package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AutogradTest {

    private static final double STEP = 1e-5;

    private Scope scope = Scope.open();
    private long before;

    @BeforeEach
    void open() {
        scope.close();
        before = Tensor.liveCount();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    /** A function of x {@code [2, 4]}, F64. */
    private record Function(String name, UnaryOperator<Tensor> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Function> functions() {
        return Stream.of(
                new Function("softmax", x -> x.softmax(-1)),
                new Function("logSoftmax", x -> x.logSoftmax(-1)),
                new Function("gelu", Ops::gelu),
                new Function("geluTanh", Ops::geluTanh),
                new Function("silu", Ops::silu),
                new Function("tanh", Tensor::tanh),
                new Function("sigmoid", Tensor::sigmoid),
                new Function("rsqrt", x -> x.square().add(1).rsqrt()),
                new Function("logsumexp", x -> x.logsumexp(-1, false)),
                new Function("linear", x -> Ops.linear(x, weights(3, 4), weights(3))),
                new Function("layerNorm", x -> Ops.layerNorm(x, weights(4), weights(4), 1e-5)),
                new Function("rmsNorm", x -> Ops.rmsNorm(x, weights(4), 1e-5)),
                new Function("embedding", x -> Ops.embedding(x, Tensor.of(new long[] {1, 0, 1}, 3))),
                new Function("gather", x -> x.gather(1, Tensor.of(new long[] {3, 0}, 2, 1))),
                new Function(
                        "scatterAdd",
                        x -> weights(2, 3).scatterAdd(1, Tensor.of(new long[] {2, 0, 2, 2, 1, 1, 0, 1}, 2, 4), x)),
                new Function("crossEntropy", x -> Ops.crossEntropy(x, Tensor.of(new long[] {2, -100}, 2), -100)),
                new Function("attention", x -> {
                    Tensor q = x.view(1, 1, 4, 2); // [batch, heads, time, headDim]
                    return Ops.attention(q, q.mul(0.5), q.add(1), Mask.CAUSAL);
                }),
                new Function(
                        "paths",
                        x -> x.transpose(0, 1)
                                .narrow(0, 1, 2)
                                .mul(x.select(0, 1).sum())));
    }

    private static Tensor weights(long... shape) {
        return Generator.of(5).normal(shape, 0, 1).to(DType.F64);
    }

    /** The tape against differences of function values. */
    @ParameterizedTest
    @MethodSource("functions")
    void gradientsAreSlopes(Function function) {
        double[] at = {0.3, -1.2, 0.7, 2.0, -0.4, 0.9, 1.5, -0.8};
        Tensor x = Tensor.of(at, 2, 4).requiresGrad(true);
        value(function, x).backward();
        double[] gradient = x.grad().toDoubles();
        for (int i = 0; i < at.length; i++) {
            double slope = (moved(function, at, i, STEP) - moved(function, at, i, -STEP)) / (2 * STEP);
            assertThat(gradient[i]).as("element %d", i).isCloseTo(slope, within(1e-6 + 1e-6 * Math.abs(slope)));
        }
    }

    private static double moved(Function function, double[] at, int index, double by) {
        double[] moved = at.clone();
        moved[index] += by;
        return value(function, Tensor.of(moved, 2, 4)).item();
    }

    /** A single number in which every element of the function's value has another weight. */
    private static Tensor value(Function function, Tensor x) {
        Tensor y = function.of().apply(x);
        return y.mul(weights(y.shape())).sum();
    }

    @Test
    void accumulatesOverPasses() {
        Tensor x = Tensor.of(new float[] {1, 2}, 2).requiresGrad(true);
        for (int pass = 0; pass < 3; pass++) {
            x.square().sum().backward();
        }
        assertThat(x.grad().toFloats()).containsExactly(6, 12);
    }

    @Test
    void theTapeServesOnce() {
        Tensor x = Tensor.of(new float[] {1, 2}, 2).requiresGrad(true);
        Tensor loss = x.square().sum();
        loss.backward();
        assertThatThrownBy(loss::backward)
                .isInstanceOf(TensorException.class)
                .hasMessageStartingWith("backward: ")
                .hasMessageContaining("second time");
    }

    @Test
    void backPropagatesAGivenGradient() {
        Tensor x = Tensor.of(new float[] {1, 2, 3}, 3).requiresGrad(true);
        x.square().backward(Tensor.of(new float[] {1, 0, -1}, 3));
        assertThat(x.grad().toFloats()).containsExactly(2, 0, -6);
        assertThatThrownBy(() -> x.square().backward(Tensor.ones(DType.F32, 2)))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("[3] F32 and [2] F32");
    }

    @Test
    void detachedTensorsStopTheTape() {
        Tensor x = Tensor.of(new float[] {3}, 1).requiresGrad(true);
        x.mul(x.detach()).sum().backward();
        assertThat(x.grad().toFloats()).containsExactly(3);
    }

    @Test
    void guardsNestAndEndInAnyOutcome() {
        assertThat(Autograd.enabled()).isTrue();
        assertThatThrownBy(() -> {
                    try (Autograd.Guard off = Autograd.noGrad();
                            Autograd.Guard on = Autograd.grad()) {
                        assertThat(Autograd.enabled()).isTrue();
                        throw new IllegalStateException("inside");
                    }
                })
                .hasMessage("inside");
        assertThat(Autograd.enabled()).isTrue();
    }

    @Test
    void guardsBelongToTheirThread() throws Exception {
        List<Boolean> seen = new ArrayList<>();
        try (Autograd.Guard off = Autograd.noGrad()) {
            Thread other = new Thread(() -> seen.add(Autograd.enabled()));
            other.start();
            other.join();
        }
        assertThat(seen).containsExactly(true);
    }

    /** A given gradient may be laid out in any order and have another type; the kernels of optimisers may not. */
    @Test
    void givenGradientsTakeTheFormOfTheParameter() {
        Tensor w = Tensor.zeros(DType.F32, 2, 3).requiresGrad(true);
        Tensor gradient =
                Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2).transpose(0, 1).to(DType.BF16);
        w.accumulateGrad(gradient);
        assertThat(w.grad().isContiguous()).isTrue();
        assertThat(w.grad().dtype()).isEqualTo(DType.F32);
        assertThat(w.grad().toFloats()).containsExactly(1, 3, 5, 2, 4, 6);
        w.accumulateGrad(gradient);
        assertThat(w.grad().toFloats()).containsExactly(2, 6, 10, 4, 8, 12);
    }

    @Test
    void autocastKeepsMasterWeightsAndSumsInF32() {
        Tensor w = Generator.of(1).normal(new long[] {3, 4}, 0, 1).requiresGrad(true);
        Tensor x = Generator.of(2).normal(new long[] {2, 4}, 0, 1);
        Tensor exact = Ops.linear(x, w);
        Tensor loss;
        try (Autograd.Guard guard = Autograd.autocast(Device.CPU, DType.BF16)) {
            Tensor y = Ops.linear(x, w);
            assertThat(y.dtype()).isEqualTo(DType.BF16);
            assertThat(y.to(DType.F32).sub(exact).abs().max().item()).isLessThan(0.05);
            loss = Ops.crossEntropy(y, Tensor.of(new long[] {0, 2}, 2), -100);
            assertThat(loss.dtype()).isEqualTo(DType.F32);
            assertThat(Ops.layerNorm(x, Tensor.ones(DType.F32, 4), Tensor.zeros(DType.F32, 4), 1e-5)
                            .dtype())
                    .isEqualTo(DType.F32);
        }
        loss.backward();
        assertThat(w.dtype()).isEqualTo(DType.F32);
        assertThat(w.grad().dtype()).isEqualTo(DType.F32);
    }

    /** LibTorch caches the BF16 copies of weights; a new guard must not meet the old ones. */
    @Test
    void autocastSeesWeightsAsTheyAreNow() {
        Tensor w = Tensor.ones(DType.F32, 1, 1).requiresGrad(true);
        Tensor x = Tensor.ones(DType.F32, 1, 1);
        for (int value = 1; value < 4; value++) {
            w.fillInPlace(value);
            try (Autograd.Guard guard = Autograd.autocast(Device.CPU, DType.BF16)) {
                assertThat(Ops.linear(x, w).item()).isEqualTo(value);
            }
        }
    }

    @Test
    void autocastNestsAndBelongsToItsThread() throws Exception {
        Tensor x = Tensor.ones(DType.F32, 1, 1);
        List<DType> seen = new ArrayList<>();
        try (Autograd.Guard outer = Autograd.autocast(Device.CPU, DType.BF16)) {
            try (Autograd.Guard inner = Autograd.autocast(Device.CPU, DType.F16)) {
                seen.add(x.matmul(x).dtype());
            }
            seen.add(x.matmul(x).dtype());
            Thread other = new Thread(() -> {
                try (Scope own = Scope.open()) {
                    seen.add(x.matmul(x).dtype());
                }
            });
            other.start();
            other.join();
        }
        seen.add(x.matmul(x).dtype());
        assertThat(seen).containsExactly(DType.F16, DType.BF16, DType.F32, DType.F32);
    }
}
