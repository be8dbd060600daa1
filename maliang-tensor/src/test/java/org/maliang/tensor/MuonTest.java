package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MuonTest {
    private static final double RATE = 0.01;
    private static final double DECAY = 0.1;

    @ParameterizedTest
    @CsvSource({"24, 24", "16, 64", "64, 16"})
    void orthogonalisesAsTheSlowIterationDoes(long rows, long columns) {
        try (Scope scope = Scope.open()) {
            Tensor matrix = Generator.of(5).normal(new long[] {rows, columns}, 0, 3);
            Tensor fast = Muon.orthogonal(matrix).to(DType.F64);
            Tensor exact = polar(matrix.to(DType.F64));
            double cosine = fast.mul(exact).sum().item()
                    / (fast.norm().item() * exact.norm().item());
            assertThat(cosine).isGreaterThan(0.98);
            double size = fast.norm().item() / exact.norm().item();
            assertThat(size).isCloseTo(1, within(0.25));
        }
    }

    /** The nearest semi-orthogonal matrix, by Newton and Schulz's cubic in double precision until it stands still. */
    private static Tensor polar(Tensor matrix) {
        Tensor x = matrix.div(matrix.norm());
        for (int i = 0; i < 200; i++) {
            boolean tall = x.size(0) > x.size(1);
            Tensor cube = tall
                    ? x.matmul(x.transpose(0, 1).matmul(x))
                    : x.matmul(x.transpose(0, 1)).matmul(x);
            x = x.mul(1.5).sub(cube.mul(0.5));
        }
        return x;
    }

    @Test
    void stepsHaveTheSizeOfAdamsAndDecayIsDecoupled() {
        try (Scope scope = Scope.open()) {
            Tensor parameter = Generator.of(1).normal(new long[] {32, 64}, 0, 1).requiresGrad(true);
            Tensor before = parameter.detach().copy();
            parameter.accumulateGrad(Generator.of(2).normal(new long[] {32, 64}, 0, 1e-4));
            try (Muon muon = muon(Map.of("h.0.w", parameter), Map.of())) {
                muon.step(RATE);
            }
            Tensor moved = before.mul(1 - RATE * DECAY).sub(parameter.detach());
            double rms = Math.sqrt(moved.square().mean().item());
            assertThat(rms).isCloseTo(0.2 * RATE, within(0.05 * RATE));
        }
    }

    @Test
    void everythingElseFollowsAdamW() {
        try (Scope scope = Scope.open()) {
            Tensor ours = Generator.of(3).normal(new long[] {9}, 0, 1).requiresGrad(true);
            Tensor adams = ours.detach().copy().requiresGrad(true);
            Tensor matrix = Generator.of(4).normal(new long[] {4, 4}, 0, 1).requiresGrad(true);
            try (Muon muon = muon(Map.of("w", matrix), Map.of("b", ours));
                    AdamW adamW = AdamW.of(List.of(new ParameterGroup(Map.of("b", adams), DECAY)))) {
                for (int step = 0; step < 5; step++) {
                    Tensor gradient = Generator.of(10 + step).normal(new long[] {9}, 0, 1);
                    muon.zeroGrad();
                    adamW.zeroGrad();
                    ours.accumulateGrad(gradient);
                    adams.accumulateGrad(gradient.copy());
                    matrix.accumulateGrad(Generator.of(20 + step).normal(new long[] {4, 4}, 0, 1));
                    muon.step(RATE);
                    adamW.step(RATE);
                }
            }
            assertThat(ours.toFloats()).isEqualTo(adams.toFloats());
        }
    }

    @Test
    void refusesWhatIsNoMatrix() {
        try (Scope scope = Scope.open()) {
            Tensor vector = Tensor.zeros(DType.F32, 3);
            assertThatThrownBy(() -> muon(Map.of("b", vector), Map.of()))
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining("b has rank 1");
        }
    }

    private static Muon muon(Map<String, Tensor> matrices, Map<String, Tensor> others) {
        return Muon.of(
                new ParameterGroup(matrices, DECAY), List.of(new ParameterGroup(others, DECAY)), 0.9, 0.95, 1e-8);
    }
}
