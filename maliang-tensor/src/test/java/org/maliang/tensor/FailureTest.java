package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done wrong is an exception in one line, never a crash of the JVM. */
class FailureTest {

    /** What a closed tensor still answers: it remembers its shape and type. */
    private static final Set<String> ANSWERED_WHEN_CLOSED =
            Set.of("shape", "size", "rank", "elements", "dtype", "bytes", "isClosed", "close", "toString");

    /** Takes tensors of different ranks, so it has a test of its own. */
    private static final String HEAD_LOSS = "headLoss";

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

    static Stream<Method> operations() {
        return Stream.of(Tensor.class, Ops.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method ->
                        method.getDeclaringClass() == Tensor.class && !Modifier.isStatic(method.getModifiers())
                                || takesTensor(method))
                .filter(method -> !method.getName().equals(HEAD_LOSS))
                .filter(method -> !ANSWERED_WHEN_CLOSED.contains(method.getName()));
    }

    private static boolean takesTensor(Method method) {
        return Arrays.asList(method.getParameterTypes()).contains(Tensor.class);
    }

    /** Every operator there is, one closed tensor at a time: as the receiver, then as each of the arguments. */
    @ParameterizedTest
    @MethodSource("operations")
    void everyOperatorRefusesClosedTensors(Method operation) {
        int tensors = (int) Arrays.stream(operation.getParameterTypes())
                .filter(Tensor.class::equals)
                .count();
        boolean receiver = !Modifier.isStatic(operation.getModifiers());
        for (int closed = receiver ? -1 : 0; closed < tensors; closed++) {
            Tensor self = sample(closed == -1);
            int which = closed;
            assertThatThrownBy(() -> invoke(operation, self, which))
                    .as("%s with closed argument %d", operation, closed)
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining("[1, 1]")
                    .hasMessageContaining("after it was closed")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void headLossRefusesClosedTensors() {
        for (int closed = 0; closed < 3; closed++) {
            List<Tensor> given = List.of(rows(2), rows(5), ids(4, 0)); // hidden, weight, targets
            given.get(closed).close();
            assertThatThrownBy(() -> Ops.headLoss(given.get(0), given.get(1), given.get(2), -100))
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining("after it was closed");
        }
    }

    private static Tensor sample(boolean closed) {
        Tensor tensor = Tensor.ones(DType.F32, 1, 1);
        if (closed) {
            tensor.close();
        }
        return tensor;
    }

    private static void invoke(Method operation, Tensor self, int closed) throws Throwable {
        List<Object> arguments = new ArrayList<>();
        int tensor = 0;
        for (Class<?> type : operation.getParameterTypes()) {
            arguments.add(type == Tensor.class ? sample(tensor++ == closed) : argument(type));
        }
        try {
            operation.invoke(self, arguments.toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object argument(Class<?> type) {
        if (type == WritableByteChannel.class) {
            return Channels.newChannel(new ByteArrayOutputStream());
        }
        if (type == long[].class) {
            return new long[] {1, 1};
        }
        if (type == DType.class) {
            return DType.F64;
        }
        if (type == Device.class) {
            return Device.CPU;
        }
        if (type == Mask.class) {
            return Mask.NONE;
        }
        if (type == Generator.class) {
            return Generator.of(1);
        }
        if (type == boolean.class) {
            return false;
        }
        if (type == double.class) {
            return 0.5;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == int.class) {
            return 0;
        }
        throw new IllegalStateException("give the test a sample of " + type);
    }

    /** A wrong use, and what its message must name. */
    private record Wrong(String operator, String shapes, Runnable use) {
        @Override
        public String toString() {
            return operator + " " + shapes;
        }
    }

    static Stream<Wrong> wrongUses() {
        return Stream.of(
                wrong("add", "[2, 3] F32 and [4, 5] F32", (a, b) -> a.add(b)),
                wrong("where", "[2, 3] BOOL and [2, 3] F32 and [4, 5] F32", (a, b) -> Tensor.where(a.gt(0), a, b)),
                wrong("cat", "[2, 3] F32 and [4, 5] F32", (a, b) -> Tensor.cat(List.of(a, b), 0)),
                wrong("stack", "[2, 3] F32 and [4, 5] F32", (a, b) -> Tensor.stack(List.of(a, b), 0)),
                wrong("copyFrom", "[2, 3] F32 and [4, 5] F32", (a, b) -> a.copyFrom(b)),
                wrong("addInPlace", "[2, 3] F32 and [4, 5] F32", (a, b) -> a.addInPlace(b)),
                wrong("linear", "[2, 3] F32 and [4, 5] F32", (a, b) -> Ops.linear(a, b)),
                wrong("layerNorm", "[2, 3] F32 and [4, 5] F32", (a, b) -> Ops.layerNorm(a, b, b, 1e-5)),
                wrong("maskedFill", "[2, 3] F32 and [4, 5] BOOL", (a, b) -> a.maskedFill(b.gt(0), 1)),
                wrong("matmul", "[2, 3] F32 and [3, 2] I64", (a, b) -> a.matmul(Tensor.zeros(DType.I64, 3, 2))),
                wrong("matmul", "[2, 3] F32 and [3, 2] BF16", (a, b) -> a.matmul(Tensor.zeros(DType.BF16, 3, 2))),
                wrong("embedding", "[2, 3] F32 and [4, 5] F32", (a, b) -> Ops.embedding(a, b)),
                wrong("embedding", "[2, 3] F32 and [1] I64", (a, b) -> Ops.embedding(a, ids(2))),
                wrong("embedding", "[2, 3] F32 and [1] I64", (a, b) -> Ops.embedding(a, ids(-1))),
                wrong("indexSelect", "[2, 3] F32 and [1] I64", (a, b) -> a.indexSelect(0, ids(2))),
                wrong("indexSelect", "[2, 3] F32 and [1] I64", (a, b) -> a.indexSelect(0, ids(-5))),
                wrong("gather", "[2, 3] F32 and [1, 1] I64", (a, b) -> a.gather(1, ids(3).unsqueeze(0))),
                wrong("scatter", "[2, 3] F32 and [1, 1] I64", (a, b) -> a.scatter(1, ids(3).unsqueeze(0), 1)),
                wrong("scatterAdd", "[2, 3] F32 and [1, 1] I64", (a, b) -> a.scatterAdd(1, ids(3).unsqueeze(0), b)),
                wrong("crossEntropy", "[2, 3] F32 and [2] I64", (a, b) -> Ops.crossEntropy(a, ids(0, 3), -100)),
                wrong("crossEntropy", "[2, 3] F32 and [3] I64", (a, b) -> Ops.crossEntropy(a, ids(0, 1, 2), -100)),
                wrong("crossEntropy", "[2, 3] F32 and [2] I64", (a, b) -> Ops.crossEntropy(a, ids(0, -5), -100)),
                wrong("attention", "[1, 2, 3] F32 and [1, 4, 5] F32", (a, b) -> attention(a, b, b)),
                wrong("attention", "[1, 2, 3] and values [1, 90000, 3]", (a, b) -> attention(a, a, rows(90_000))),
                wrong("attention", "[1, 90000, 3] and values [1, 2, 3]", (a, b) -> attention(a, rows(90_000), a)),
                wrong("oneHot", "[1] I64", (a, b) -> ids(7).oneHot(7)),
                wrong("view", "[2, 3] F32", (a, b) -> a.view(7)),
                wrong("expand", "[2, 3] F32", (a, b) -> a.expand(5, 3)),
                wrong("narrow", "[2, 3] F32", (a, b) -> a.narrow(1, 2, 2)),
                wrong("select", "[2, 3] F32", (a, b) -> a.select(0, 2)),
                wrong("transpose", "[2, 3] F32", (a, b) -> a.transpose(0, 2)),
                wrong("split", "[2, 3] F32", (a, b) -> a.split(1, 1, 1)),
                wrong("topk", "[2, 3] F32", (a, b) -> a.topk(4, 1)),
                wrong("multinomial", "[2, 3] F32", (a, b) -> a.mul(0).multinomial(1, Generator.of(1))),
                wrong("backward", "[2, 3] F32", (a, b) -> a.backward()),
                wrong("backward", "[2, 3] F32", (a, b) -> a.requiresGrad(true).backward()),
                wrong("requiresGrad", "[1] I64", (a, b) -> ids(1).requiresGrad(true)),
                wrong("item", "[2, 3]", (a, b) -> a.item()),
                wrong("size", "[2, 3]", (a, b) -> a.size(2)),
                wrong("grad", "[2, 3]", (a, b) -> a.grad()),
                wrong("accumulateGrad", "[2, 3] and [4, 5]", (a, b) -> a.accumulateGrad(b)),
                wrong("full", "[-1] F32", (a, b) -> Tensor.zeros(DType.F32, -1)),
                wrong("of", "[2, 3]", (a, b) -> Tensor.of(new float[5], 2, 3)),
                wrong("of", "[-2, -3]", (a, b) -> Tensor.of(new float[6], -2, -3)),
                wrong("of", "[4611686018427387904, 4]", (a, b) -> Tensor.of(new float[0], 1L << 62, 4)));
    }

    private interface Use {
        void of(Tensor a, Tensor b);
    }

    private static Wrong wrong(String operator, String shapes, Use use) {
        return new Wrong(operator, shapes, () -> use.of(Tensor.zeros(DType.F32, 2, 3), Tensor.zeros(DType.F32, 4, 5)));
    }

    private static Tensor attention(Tensor q, Tensor k, Tensor v) {
        return Ops.attention(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0), Mask.NONE);
    }

    private static Tensor rows(long count) {
        return Tensor.zeros(DType.F32, count, 3);
    }

    private static Tensor ids(long... ids) {
        return Tensor.of(ids, ids.length);
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void messagesNameOperatorAndShapes(Wrong wrong) {
        assertThatThrownBy(wrong.use()::run)
                .isInstanceOf(TensorException.class)
                .hasMessageStartingWith(wrong.operator())
                .hasMessageContaining(wrong.shapes())
                .hasMessageNotContaining("\n")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(400));
    }

    @Test
    void exhaustedMemorySaysWhatToDo() {
        assertThatThrownBy(() -> Tensor.zeros(DType.F32, 1L << 50))
                .isInstanceOf(TensorException.class)
                .hasMessageStartingWith("full [1125899906842624] F32: not enough memory, you tried to allocate ")
                .hasMessageContaining("smaller");
    }

    @Test
    void aFailedOperatorLeavesNothingBehind() {
        Tensor a = Tensor.zeros(DType.F32, 2, 3);
        long before = Tensor.liveCount();
        for (int i = 0; i < 50; i++) {
            assertThat(catchThrowable(() -> a.matmul(a))).isInstanceOf(TensorException.class);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
        assertThat(a.add(1).toFloats()).containsOnly(1);
    }

    @Test
    void aViewOutlivesItsSource() {
        Tensor source = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor view = source.select(0, 1);
        source.close();
        assertThat(view.toFloats()).containsExactly(3, 4);
    }

    @Test
    void operatorsAreCheckedBeforeTheyAreCalled() {
        Operator fused = Operator.find("aten::_fused_adamw_", "");
        assertThatThrownBy(() -> fused.call(1.0))
                .hasMessageContaining("arguments")
                .hasMessageContaining("not 1");
        Operator relu = Operator.find("aten::relu", "");
        assertThatThrownBy(() -> relu.call(1.0))
                .hasMessageContaining("argument 1 is Tensor")
                .hasMessageContaining("Double");
        assertThatThrownBy(() -> Operator.find("aten::no_such_operator", "")).isInstanceOf(TensorException.class);
    }

    @Test
    void mapsRefuseImpossibleShapes(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("numbers");
        Files.write(file, ByteBuffer.allocate(64).array());
        for (long[] shape : new long[][] {{-1}, {-2, -3}, {1L << 62, 4}, {17}}) {
            assertThatThrownBy(() -> Tensor.map(file, 8, DType.F32, shape))
                    .as(Arrays.toString(shape))
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> Tensor.map(file, Long.MAX_VALUE, DType.F32, 1)).isInstanceOf(TensorException.class);
        assertThatThrownBy(() -> Tensor.map(file, -4, DType.F32, 1)).isInstanceOf(TensorException.class);
        assertThatThrownBy(() -> Tensor.map(directory.resolve("none"), 0, DType.F32, 1))
                .isInstanceOf(TensorException.class)
                .hasMessageContaining("none");
    }
}
