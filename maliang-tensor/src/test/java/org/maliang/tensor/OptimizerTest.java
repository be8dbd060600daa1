package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimisers against the equations of their papers, written in plain Java in {@link SlowOptimizers}. */
class OptimizerTest {

    private static final int STEPS = 7;
    private static final double RATE = 0.02;
    private static final double DECAY = 0.1;

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

    /** An optimiser and the slow one it must equal. */
    private record Pair(String name, Function<List<ParameterGroup>, Optimizer> fast, SlowOptimizers.Rule slow) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Pair> optimizers() {
        return Stream.of(
                new Pair("Sgd", Sgd::of, SlowOptimizers.sgd(0)),
                new Pair("Sgd with momentum", groups -> Sgd.of(groups, 0.9), SlowOptimizers.sgd(0.9)),
                new Pair("Adam", Adam::of, SlowOptimizers.adam(0.9, 0.999, 1e-8)),
                new Pair(
                        "Adam with other constants",
                        groups -> Adam.of(groups, 0.5, 0.7, 1e-2),
                        SlowOptimizers.adam(0.5, 0.7, 1e-2)),
                new Pair("AdamW", AdamW::of, SlowOptimizers.adamW(0.9, 0.95, 1e-8)),
                new Pair("Lamb", Lamb::of, SlowOptimizers.lamb(0.9, 0.999, 1e-6)),
                new Pair("Adafactor", Adafactor::of, SlowOptimizers.adafactor()));
    }

    /** A matrix, a vector, a large matrix (beyond LAMB's norm of 10) and a stack of matrices. */
    private static Map<String, Tensor> parameters() {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("matrix", normal(11, 1, 3, 5));
        parameters.put("vector", normal(12, 1, 6));
        parameters.put("large", normal(13, 9, 4, 4));
        parameters.put("stack", normal(14, 1, 2, 3, 2));
        parameters.values().forEach(parameter -> parameter.requiresGrad(true));
        return parameters;
    }

    private static Tensor normal(long seed, double deviation, long... shape) {
        return Generator.of(seed).normal(shape, 0, deviation);
    }

    /** The same gradients every time, of sizes from far below to far above 1. */
    private static void giveGradients(Map<String, Tensor> parameters, int step) {
        int index = 0;
        for (Tensor parameter : parameters.values()) {
            double size = Math.pow(10, step % 4 - 2);
            parameter.clearGrad();
            parameter.accumulateGrad(normal(100L * step + index++, size, parameter.shape()));
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void followsItsEquations(Pair pair) {
        Map<String, Tensor> parameters = parameters();
        Map<String, SlowOptimizers.Parameter> slow = new LinkedHashMap<>();
        parameters.forEach((name, tensor) ->
                slow.put(name, new SlowOptimizers.Parameter(tensor.shape(), tensor.toDoubles(), pair.slow())));
        try (Optimizer optimizer = pair.fast().apply(List.of(new ParameterGroup(parameters, DECAY)))) {
            for (int step = 1; step <= STEPS; step++) {
                giveGradients(parameters, step);
                parameters.forEach(
                        (name, tensor) -> slow.get(name).step(tensor.grad().toDoubles(), RATE, DECAY));
                optimizer.step(RATE);
                for (String name : parameters.keySet()) {
                    assertThat(parameters.get(name).toDoubles())
                            .as("%s after step %d", name, step)
                            .usingComparatorWithPrecision(2e-5)
                            .containsExactly(slow.get(name).values());
                }
            }
            assertThat(optimizer.steps()).isEqualTo(STEPS);
        }
    }

    /** Saved after some steps and restored into a fresh optimiser, a run goes on as if nothing had happened. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void continuesFromItsState(Pair pair) {
        Map<String, Tensor> straight = parameters();
        Map<String, Tensor> broken = parameters();
        try (Optimizer one = pair.fast().apply(List.of(new ParameterGroup(straight, DECAY)));
                Optimizer first = pair.fast().apply(List.of(new ParameterGroup(broken, DECAY)));
                Optimizer second = pair.fast().apply(List.of(new ParameterGroup(broken, DECAY)))) {
            for (int step = 1; step <= STEPS; step++) {
                giveGradients(straight, step);
                one.step(RATE);
                if (step == 4) {
                    second.restore(first.state());
                }
                giveGradients(broken, step);
                (step < 4 ? first : second).step(RATE);
            }
            straight.forEach((name, tensor) ->
                    assertThat(broken.get(name).toFloats()).as(name).isEqualTo(tensor.toFloats()));
            assertThat(second.steps()).isEqualTo(STEPS);
            assertThat(second.state().keySet()).isEqualTo(one.state().keySet());
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void leavesParametersWithoutGradientAlone(Pair pair) {
        Map<String, Tensor> parameters = parameters();
        float[] vector = parameters.get("vector").toFloats();
        float[] matrix = parameters.get("matrix").toFloats();
        try (Optimizer optimizer = pair.fast().apply(List.of(new ParameterGroup(parameters, DECAY)))) {
            giveGradients(parameters, 3);
            parameters.get("vector").clearGrad();
            optimizer.step(RATE);
            assertThat(parameters.get("vector").toFloats()).isEqualTo(vector);
            assertThat(parameters.get("matrix").toFloats()).isNotEqualTo(matrix);
            optimizer.zeroGrad();
            assertThat(parameters.values()).noneMatch(Tensor::hasGrad);
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void refusesUseAfterClose(Pair pair) {
        Map<String, Tensor> parameters = parameters();
        Optimizer optimizer = pair.fast().apply(List.of(new ParameterGroup(parameters, DECAY)));
        giveGradients(parameters, 3);
        optimizer.step(RATE);
        Map<String, Tensor> state = optimizer.state();
        optimizer.close();
        optimizer.close();
        for (Runnable use :
                List.<Runnable>of(() -> optimizer.step(RATE), optimizer::state, () -> optimizer.restore(state))) {
            assertThatThrownBy(use::run).isInstanceOf(TensorException.class).hasMessageContaining("closed");
        }
    }

    /** The fused kernels trust what they are given: memory of another size would be read and written beyond its end. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void refusesTheStateOfAnotherModel(Pair pair) {
        Map<String, Tensor> small = new LinkedHashMap<>();
        small.put("w", normal(1, 1, 2, 2).requiresGrad(true));
        Map<String, Tensor> large = new LinkedHashMap<>();
        large.put("w", normal(1, 1, 64, 64).requiresGrad(true));
        try (Optimizer from = pair.fast().apply(List.of(new ParameterGroup(small, 0)));
                Optimizer to = pair.fast().apply(List.of(new ParameterGroup(large, 0)))) {
            giveGradients(small, 3);
            from.step(RATE);
            Map<String, Tensor> state = from.state();
            if (state.size() > 1) {
                assertThatThrownBy(() -> to.restore(state))
                        .isInstanceOf(TensorException.class)
                        .hasMessageContaining(".w")
                        .hasMessageContaining("[2")
                        .hasMessageContaining("[64");
            }
            giveGradients(large, 3);
            to.step(RATE);
            assertThat(to.steps()).isOne();
        }
    }

    @Test
    void refusesStateThatIsNone() {
        try (AdamW adam = AdamW.of(List.of(new ParameterGroup(parameters(), 0)))) {
            assertThatThrownBy(() -> adam.restore(Map.of()))
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining("'step'");
        }
    }

    @Test
    void refusesParametersInAnotherLayout() {
        Tensor transposed = normal(1, 1, 2, 3).transpose(0, 1).requiresGrad(true);
        assertThatThrownBy(() -> AdamW.of(List.of(new ParameterGroup(Map.of("w", transposed), 0))))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("'w'")
                .hasMessageContaining("contiguous");
    }

    @Test
    void groupsDecayApart() {
        Tensor decayed = Tensor.ones(DType.F32, 1).requiresGrad(true);
        Tensor free = Tensor.ones(DType.F32, 1).requiresGrad(true);
        List<ParameterGroup> groups =
                List.of(new ParameterGroup(Map.of("a", decayed), 0.5), new ParameterGroup(Map.of("b", free), 0));
        try (AdamW adam = AdamW.of(groups)) {
            decayed.accumulateGrad(Tensor.zeros(DType.F32, 1));
            free.accumulateGrad(Tensor.zeros(DType.F32, 1));
            adam.step(0.1);
            assertThat(decayed.item()).isCloseTo(0.95, within(1e-6));
            assertThat(free.item()).isEqualTo(1);
        }
    }

    @Test
    void clippingScalesAllGradientsTogether() {
        Tensor a = Tensor.zeros(DType.F32, 1).requiresGrad(true);
        Tensor b = Tensor.zeros(DType.F32, 2).requiresGrad(true);
        Tensor none = Tensor.zeros(DType.F32, 2).requiresGrad(true);
        a.accumulateGrad(Tensor.of(new float[] {2}, 1));
        b.accumulateGrad(Tensor.of(new float[] {4, 4}, 2));
        List<Tensor> all = List.of(a, b, none);
        assertThat(Gradients.norm(all)).isCloseTo(6, within(1e-6));
        assertThat(Gradients.clip(all, 7)).isCloseTo(6, within(1e-6));
        assertThat(b.grad().toFloats()).containsExactly(4, 4);
        assertThat(Gradients.clip(all, 1.5)).isCloseTo(6, within(1e-6));
        assertThat(a.grad().item()).isCloseTo(0.5, within(1e-6));
        assertThat(b.grad().toDoubles()).usingComparatorWithPrecision(1e-6).containsExactly(1, 1);
        assertThat(none.hasGrad()).isFalse();
        assertThat(Gradients.norm(List.of(none))).isZero();
    }

    @Test
    void clippingReportsGradientsThatAreNotFiniteAndLeavesThem() {
        Tensor a = Tensor.zeros(DType.F32, 2).requiresGrad(true);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            a.clearGrad();
            a.accumulateGrad(Tensor.of(new float[] {3, bad}, 2));
            assertThat(Gradients.clip(List.of(a), 1)).isNotFinite();
            assertThat(a.grad().toFloats()).containsExactly(3, bad);
        }
        for (double bad : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> Gradients.clip(List.of(a), bad))
                    .isInstanceOf(TensorException.class)
                    .hasMessageStartingWith("clip: ");
        }
    }
}
