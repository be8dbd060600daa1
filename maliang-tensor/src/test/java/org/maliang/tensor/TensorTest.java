package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorTest {
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

    @Test
    void multipliesMatrices() {
        Tensor a = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor b = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
        assertThat(a.matmul(b).toFloats()).containsExactly(4, 5, 10, 11);
        assertThat(a.matmul(b).shape()).containsExactly(2, 2);
    }

    /** A single row takes another kernel than two. */
    @Test
    void oneRowOfALinearMapEqualsTheSameRowAmongOthers() {
        Generator random = Generator.of(1);
        Tensor two = random.normal(new long[] {2, 1, 24}, 0, 1);
        Tensor bias = random.normal(new long[] {7}, 0, 1);
        Tensor rows = random.normal(new long[] {7, 24}, 0, 1);
        for (Tensor weight : List.of(rows, rows.transpose(0, 1).contiguous().transpose(0, 1))) {
            try (Autograd.Guard frozen = Autograd.noGrad()) {
                Tensor one = two.narrow(0, 1, 1);
                assertThat(Ops.linear(one, weight).shape()).containsExactly(1, 1, 7);
                assertThat(Ops.linear(one, weight).toFloats())
                        .containsExactly(Ops.linear(two, weight).select(0, 1).toFloats(), within(1e-5f));
                assertThat(Ops.linear(one, weight, bias).toFloats())
                        .containsExactly(
                                Ops.linear(two, weight, bias).select(0, 1).toFloats(), within(1e-5f));
                assertThatThrownBy(() -> Ops.linear(one.narrow(2, 0, 23), weight))
                        .isInstanceOf(TensorException.class)
                        .hasMessageStartingWith("linear: shapes [1, 1, 23] F32 and [7, 24] F32: ");
            }
        }
    }

    @Test
    void namesOperatorAndShapesInErrors() {
        Tensor a = Tensor.zeros(DType.F32, 2, 3);
        Tensor b = Tensor.zeros(DType.F32, 4, 5);
        assertThatThrownBy(() -> a.matmul(b))
                .isInstanceOf(TensorException.class)
                .hasMessageStartingWith("matmul: shapes [2, 3] F32 and [4, 5] F32: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesClosedTensors() {
        Tensor a = Tensor.zeros(DType.F32, 2, 3);
        a.close();
        a.close();
        assertThatThrownBy(() -> a.add(1))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("after it was closed");
        assertThatThrownBy(a::toFloats).isInstanceOf(TensorException.class);
    }

    @Test
    void keepsAndFrees() {
        Tensor kept;
        Tensor lost;
        try (Scope inner = Scope.open()) {
            lost = Tensor.ones(DType.F32, 10);
            kept = inner.keep(lost.add(1));
        }
        assertThat(lost.isClosed()).isTrue();
        assertThat(kept.toFloats()).containsOnly(2);
    }

    @Test
    void countsBytesOfSharedMemoryOnce() {
        long bytes = Tensor.liveBytes();
        Tensor a = Tensor.zeros(DType.F32, 1000);
        Tensor b = a.view(10, 100);
        assertThat(b.size(-1)).isEqualTo(100);
        assertThat(Tensor.liveBytes() - bytes).isEqualTo(4000);
    }

    @Test
    void differentiates() {
        Tensor x = Tensor.of(new float[] {1, 2, 3}, 3).requiresGrad(true);
        x.square().sum().backward();
        assertThat(x.grad().toFloats()).containsExactly(2, 4, 6);
        x.square().sum().backward();
        assertThat(x.grad().toFloats()).containsExactly(4, 8, 12);
        x.clearGrad();
        assertThat(x.hasGrad()).isFalse();
        assertThatThrownBy(x::grad).isInstanceOf(TensorException.class);
        x.accumulateGrad(Tensor.ones(DType.F32, 3));
        x.accumulateGrad(Tensor.ones(DType.F32, 3));
        assertThat(x.grad().toFloats()).containsExactly(2, 2, 2);
        try (Autograd.Guard guard = Autograd.noGrad()) {
            assertThat(x.mul(2).requiresGrad()).isFalse();
        }
        assertThat(x.mul(2).requiresGrad()).isTrue();
    }

    @Test
    void autocastMultipliesInBf16() {
        Tensor a = Tensor.ones(DType.F32, 4, 4);
        try (Autograd.Guard guard = Autograd.autocast(Device.CPU, DType.BF16)) {
            assertThat(a.matmul(a).dtype()).isEqualTo(DType.BF16);
        }
        assertThat(a.matmul(a).dtype()).isEqualTo(DType.F32);
    }

    @Test
    void splitsSortsAndSelects() {
        Tensor a = Tensor.of(new long[] {3, 1, 2, 6, 5, 4}, 2, 3);
        List<Tensor> parts = a.split(1, 1, 2);
        assertThat(parts.get(1).toLongs()).containsExactly(1, 2, 5, 4);
        assertThat(a.topk(2, 1).indices().toLongs()).containsExactly(0, 2, 0, 1);
        assertThat(a.sort(1, false).values().toLongs()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(a.add(1).dtype()).isEqualTo(DType.I64);
        assertThat(Tensor.cat(parts, 1).eq(a).all()).isTrue();
        assertThat(a.argmax(1, false).toInts()).containsExactly(0, 0);
        assertThat(Tensor.of(new double[] {1, 2, 3}, 3).variance(0, false).item())
                .isCloseTo(2 / 3.0, within(1e-12));
    }

    @Test
    void mapsFiles(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("numbers");
        ByteBuffer bytes = ByteBuffer.allocate(1 + 12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1.5f).putFloat(2.5f).put((byte) 7).putFloat(3.5f);
        Files.write(file, bytes.array());
        assertThat(Tensor.map(file, 4, DType.F32, 1, 1).toFloats()).containsExactly(2.5f);
        assertThat(Tensor.map(file, 9, DType.F32).item()).isEqualTo(3.5);
        assertThat(Tensor.map(file, 0, DType.F32, 0, 5).shape()).containsExactly(0, 5);
        assertThatThrownBy(() -> Tensor.map(file, 10, DType.F32, 1)).hasMessageContaining("truncated");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Tensor.map(file, 0, DType.F32, 2).writeTo(Channels.newChannel(out));
        assertThat(out.toByteArray()).isEqualTo(java.util.Arrays.copyOf(bytes.array(), 8));
    }

    @Test
    void sameSeedSameNumbers() {
        Generator a = Generator.of(7);
        float[] first = a.normal(new long[] {5}, 0, 1).toFloats();
        byte[] state = a.state();
        float[] second = a.uniform(new long[] {5}, 0, 1).toFloats();
        assertThat(Generator.of(7).normal(new long[] {5}, 0, 1).toFloats()).containsExactly(first);
        Generator b = Generator.of(1);
        b.restore(state);
        assertThat(b.uniform(new long[] {5}, 0, 1).toFloats()).containsExactly(second);
        assertThat(Tensor.of(new float[] {0, 1, 0}, 3).multinomial(2, a).toLongs())
                .containsExactly(1, 1);
    }

    @Test
    void trainsWithAdamW() {
        Tensor w = Tensor.of(new float[] {1, -1}, 2).requiresGrad(true);
        try (AdamW adam = AdamW.of(List.of(new ParameterGroup(Map.of("w", w), 0)))) {
            for (int i = 0; i < 200; i++) {
                try (Scope step = Scope.open()) {
                    adam.zeroGrad();
                    w.square().sum().backward();
                    assertThat(Gradients.clip(List.of(w), 1)).isFinite();
                    adam.step(0.05);
                }
            }
            assertThat(w.square().sum().item()).isLessThan(1e-3);
        }
    }

    @Test
    void attendsCausally() {
        Tensor q = Generator.of(1).normal(new long[] {2, 3, 5, 4}, 0, 1);
        Tensor fast = Ops.attention(q, q, q, Mask.CAUSAL);
        Tensor scores = q.matmul(q.transpose(-1, -2)).mul(0.5);
        Tensor hidden = Tensor.ones(DType.BOOL, 5, 5).triu(1);
        Tensor slow =
                scores.maskedFill(hidden, Double.NEGATIVE_INFINITY).softmax(-1).matmul(q);
        assertThat(fast.sub(slow).abs().max().item()).isLessThan(1e-5);
        Tensor last = Ops.attention(q.narrow(2, 3, 2), q, q, Mask.CAUSAL);
        assertThat(last.sub(slow.narrow(2, 3, 2)).abs().max().item()).isLessThan(1e-5);
    }
}
