package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.maliang.simd.Simd;

/** Every kind of weights beside the plain product in F32. */
class MatMulTest {
    private static final Generator RANDOM = Generator.of(7);
    private static final Set<WeightKind> PACKED = EnumSet.complementOf(EnumSet.of(WeightKind.F32));

    /** The error of a product, beside its size. */
    private static double error(Tensor found, Tensor exact) {
        return found.sub(exact).norm().item() / exact.norm().item();
    }

    /** Rounding of weights, and of activations where those are rounded too, bounds the error of a kind. */
    private static double bound(WeightKind kind) {
        return switch (kind) {
            case F32 -> 1e-6;
            case F16 -> 5e-4;
            case BF16 -> 5e-3;
            case INT8 -> 2e-2;
            case INT4 -> 0.1;
        };
    }

    @ParameterizedTest
    @CsvSource({"1,64,96", "3,320,960", "4,320,960", "2,320,320", "16,1280,320", "1,1280,321", "17,64,40", "130,96,64"})
    void everyKindIsNearThePlainProduct(int rows, int in, int out) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor weight = RANDOM.normal(new long[] {out, in}, 0, 0.02);
            Tensor bias = RANDOM.normal(new long[] {out}, 0, 1);
            Tensor x = RANDOM.normal(new long[] {1, rows, in}, 0, 1);
            Tensor exact = Ops.linear(x, weight);
            for (WeightKind kind : WeightKind.values()) {
                for (boolean biased : new boolean[] {false, true}) {
                    Optional<Tensor> add = biased ? Optional.of(bias) : Optional.empty();
                    try (MatMul product = kind == WeightKind.F32
                            ? MatMul.of(weight, MatMul.Layout.OUT_IN, add)
                            : MatMul.packed(kind, weight, add)) {
                        Tensor found = product.apply(x);
                        assertThat(found.shape()).as(kind.label()).containsExactly(1, rows, out);
                        assertThat(found.dtype()).isEqualTo(DType.F32);
                        Tensor product0 = biased ? found.sub(bias) : found;
                        assertThat(error(product0, exact))
                                .as("%s %s", kind, biased)
                                .isLessThan(bound(kind));
                        HostRows inHeap = product.apply(HostRows.of(x));
                        assertThat(error(inHeap.tensor(), found))
                                .as("%s %s in the heap", kind, biased)
                                .isLessThan(1e-6);
                    }
                }
            }
        }
    }

    /** In Java row by row, then packed in parts that threads of ours share while LibTorch has one. */
    @ParameterizedTest
    @CsvSource({"16401,64", "515,256", "1500,2048"})
    void matricesOfEightBitsArePackedWhenManyRowsCome(int out, int in) {
        int threads = Threads.threads();
        Threads.threads(2);
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Quantized matrix = Quantized.int8(RANDOM.normal(new long[] {out, in}, 0, 0.05));
            Tensor bias = RANDOM.normal(new long[] {out}, 0, 1);
            try (MatMul product = MatMul.packed(matrix, Optional.of(bias))) {
                assertThat(product.ownThreads(1)).isEqualTo(Simd.served());
                assertThat(product.ownThreads(80)).isFalse();
                for (int rows : new int[] {0, 1, 3, 40, 3, 1}) { // for 80 rows they are
                    Tensor x = RANDOM.normal(new long[] {2, rows, in}, 0, 1);
                    Tensor found = product.apply(x);
                    assertThat(found.shape()).containsExactly(2, rows, out);
                    try (Autograd.Guard own = Threads.onlyOwn()) {
                        assertThat(product.apply(x).toFloats()).isEqualTo(found.toFloats());
                        assertThat(product.apply(HostRows.of(x)).tensor().toFloats())
                                .isEqualTo(found.toFloats());
                    }
                    Tensor exact = Ops.linear(x, matrix.dequantized(), bias);
                    assertThat(rows == 0 ? 0 : error(found, exact)).isLessThan(1e-2);
                    for (Tensor wrong : List.of(Tensor.ones(DType.F32, 2, in - 1), Tensor.ones(DType.I64, 2, in))) {
                        assertThatThrownBy(() -> product.apply(wrong)).hasMessageContaining(in + " columns");
                    }
                }
                assertThat(product.size()).isEqualTo(new MatMul.Size((long) out * in, (long) out * (in + Float.BYTES)));
                product.ready();
                product.close();
                assertThatThrownBy(() -> product.apply(Tensor.ones(DType.F32, 1, in)))
                        .hasMessageContaining("closed");
            }
        } finally {
            Threads.threads(threads);
        }
    }

    /** Ranges are chosen for some rows at a time. */
    @Test
    void largeMatricesAreQuantisedRowByRow() {
        try (Scope scope = Scope.open()) {
            Tensor weight = RANDOM.normal(new long[] {2100, 1024}, 0, 1);
            Quantized whole = Quantized.int4(weight, 32);
            Quantized last = Quantized.int4(weight.narrow(0, 1020, 1080), 32);
            assertThat(whole.dequantized().narrow(0, 1020, 1080).toFloats())
                    .isEqualTo(last.dequantized().toFloats());
        }
    }

    @Test
    void everyShapeOfActivationsIsTakenOrRefused() {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor weight = RANDOM.normal(new long[] {48, 64}, 0, 0.1);
            Tensor turned = RANDOM.normal(new long[] {2, 64, 3}, 0, 1).transpose(1, 2); // [2, 3, 64], not contiguous
            for (WeightKind kind : PACKED) {
                try (MatMul product = MatMul.packed(kind, weight, Optional.empty())) {
                    assertThat(error(product.apply(turned), Ops.linear(turned, weight)))
                            .as(kind.label())
                            .isLessThan(bound(kind));
                    assertThat(product.apply(turned.select(0, 0).select(0, 0)).shape())
                            .containsExactly(48);
                    assertThat(product.apply(Tensor.zeros(DType.F32, 0, 64)).shape())
                            .containsExactly(0, 48);
                    assertThat(product.apply(turned.to(DType.BF16)).dtype()).isEqualTo(DType.F32);
                    for (Tensor wrong : new Tensor[] {
                        Tensor.ones(DType.F32, 2, 63), Tensor.ones(DType.I64, 2, 64), Tensor.scalar(1, DType.F32)
                    }) {
                        assertThatThrownBy(() -> product.apply(wrong))
                                .isInstanceOf(TensorException.class)
                                .hasMessageContaining("64 columns");
                    }
                }
            }
        }
    }

    /** What remains when the rounding of the weights is taken out is the rounding of the activations. */
    @Test
    void quantisedProductsAreThoseOfTheDequantisedMatrix() {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor weight = RANDOM.normal(new long[] {72, 128}, 0, 0.05);
            Tensor few = RANDOM.normal(new long[] {5, 128}, 0, 1);
            Tensor many = RANDOM.normal(new long[] {3, 40, 128}, 0, 1);
            for (Quantized matrix : new Quantized[] {
                Quantized.int8(weight),
                Quantized.int4(weight, 32),
                Quantized.int4(weight, 64),
                Quantized.int4(weight, 16)
            }) {
                try (MatMul product = MatMul.packed(matrix, Optional.empty())) {
                    boolean eightBits = matrix.group() >= 32 && Simd.served();
                    for (Tensor x : List.of(few, many)) {
                        double error = error(product.apply(x), Ops.linear(x, matrix.dequantized()));
                        double rounding = matrix.kind() == WeightKind.INT8 ? 1e-2 : eightBits ? 7e-3 : 4e-3;
                        assertThat(error).isLessThan(rounding);
                    }
                    product.ready(); // with 4 bits, many rows multiply a copy in 8 now
                    assertThat(error(product.apply(many), Ops.linear(many, matrix.dequantized())))
                            .isLessThan(matrix.kind() == WeightKind.INT8 || eightBits ? 1.2e-2 : 4e-3);
                }
            }
        }
    }

    /** As models have at the beginning of a text. */
    @ParameterizedTest
    @EnumSource(
            value = WeightKind.class,
            names = {"INT8", "INT4"})
    void rowsOfHugeNumbersCostOthersNothing(WeightKind kind) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor x = RANDOM.normal(new long[] {40, 128}, 0, 1);
            Tensor huge =
                    Tensor.cat(List.of(x.narrow(0, 0, 39), x.narrow(0, 39, 1).mul(1e4)), 0);
            try (MatMul product =
                    MatMul.packed(kind, RANDOM.normal(new long[] {640, 128}, 0, 0.05), Optional.empty())) {
                product.ready();
                float[] expected = product.apply(x).narrow(0, 0, 39).toFloats();
                assertThat(product.apply(huge).narrow(0, 0, 39).toFloats()).isEqualTo(expected);
                assertThat(product.apply(HostRows.of(huge))
                                .tensor()
                                .narrow(0, 0, 39)
                                .toFloats())
                        .isEqualTo(expected);
                assertThat(product.apply(x.narrow(0, 0, 20)).toFloats()).isEqualTo(Arrays.copyOf(expected, 20 * 640));
            }
        }
    }

    @Test
    void integersAreWithinHalfAStep() {
        try (Scope scope = Scope.open()) {
            Tensor weight = RANDOM.normal(new long[] {6, 64}, 0, 1);
            Quantized eight = Quantized.int8(weight);
            Tensor off =
                    eight.dequantized().sub(weight).abs().div(eight.scales().view(6, 1));
            assertThat(off.max().item()).isLessThan(0.5 + 1e-4);
            Tensor even = Tensor.arange(32).to(DType.F32).view(2, 16); // 16 levels are all there are
            assertThat(Quantized.int4(even, 16)
                            .dequantized()
                            .sub(even)
                            .abs()
                            .max()
                            .item())
                    .isZero();
            Tensor zeros = Tensor.zeros(DType.F32, 2, 16);
            assertThat(Quantized.int8(zeros).dequantized().abs().max().item()).isZero();
            assertThat(Quantized.int4(zeros, 16).dequantized().abs().max().item())
                    .isLessThan(1e-20);
        }
    }

    @Test
    void rowsAreThoseOfTheMatrix() {
        try (Scope scope = Scope.open()) {
            Tensor weight = RANDOM.normal(new long[] {9, 64}, 0, 1);
            Tensor ids = Tensor.of(new long[] {8, 0, 3, 3, 1, 7}, 2, 3);
            for (Quantized matrix : new Quantized[] {Quantized.int8(weight), Quantized.int4(weight, 32)}) {
                Tensor rows = matrix.rows(ids);
                assertThat(rows.shape()).containsExactly(2, 3, 64);
                Tensor wanted = Ops.embedding(matrix.dequantized(), ids);
                assertThat(rows.sub(wanted).abs().max().item()).isZero();
                assertThatThrownBy(() -> matrix.rows(Tensor.of(new long[] {9}, 1)))
                        .isInstanceOf(TensorException.class);
            }
        }
    }

    @Test
    void partsMustBelongTogether() {
        try (Scope scope = Scope.open()) {
            Tensor values = Tensor.zeros(DType.I8, 4, 8);
            assertThatThrownBy(() -> new Quantized(values, Tensor.ones(DType.F32, 5)))
                    .hasMessageContaining("quantize the matrix again");
            assertThatThrownBy(() -> new Quantized(values.to(DType.U8), Tensor.ones(DType.BF16, 3, 4, 2)))
                    .hasMessageContaining("quantize the matrix again");
            assertThatThrownBy(() -> Quantized.int4(Tensor.ones(DType.F32, 4, 40), 32))
                    .hasMessageContaining("groups of 32 do not divide 40");
        }
    }

    @Test
    void nothingIsLeftBehind() {
        Tensor weight = RANDOM.normal(new long[] {48, 64}, 0, 1);
        Tensor bias = RANDOM.normal(new long[] {48}, 0, 1);
        Tensor x = RANDOM.normal(new long[] {2, 64}, 0, 1);
        long before = Tensor.liveCount();
        for (int i = 0; i < 20; i++) {
            for (WeightKind kind :
                    new WeightKind[] {WeightKind.BF16, WeightKind.F16, WeightKind.INT8, WeightKind.INT4}) {
                MatMul product = MatMul.packed(kind, weight, Optional.of(bias));
                product.apply(x).close();
                product.close();
                product.close();
                assertThatThrownBy(() -> product.apply(x)).hasMessageContaining("closed");
            }
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
        weight.close();
        bias.close();
        x.close();
    }

    @ParameterizedTest
    @CsvSource({"F32,24576", "BF16,12288", "F16,12288", "INT8,6528", "INT4,3840"})
    void sizesCountWeightsAndScales(WeightKind kind, long bytes) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor weight = RANDOM.normal(new long[] {96, 64}, 0, 0.02);
            try (MatMul product = kind == WeightKind.F32
                    ? MatMul.of(weight, MatMul.Layout.OUT_IN, Optional.empty())
                    : MatMul.packed(kind, weight, Optional.empty())) {
                assertThat(product.size()).isEqualTo(new MatMul.Size(96 * 64, bytes));
            }
        }
    }
}
