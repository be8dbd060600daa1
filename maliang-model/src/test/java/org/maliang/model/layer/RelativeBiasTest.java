package org.maliang.model.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class RelativeBiasTest {

    private static final long[] DISTANCES = {
        -200, -128, -127, -64, -33, -20, -16, -8, -7, -1, 0, 1, 7, 8, 16, 33, 64, 200
    };

    /** Computed by hand from the definition in Mesh TensorFlow, with 32 buckets and 128 as the longest distance. */
    @Test
    void bucketsGrowLogarithmically() {
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensor.zeros(DType.F32, 32, 2);
            RelativeBias both = new RelativeBias(weight, true, 128);
            assertThat(Arrays.stream(DISTANCES).mapToInt(both::bucket))
                    .containsExactly(15, 15, 15, 14, 12, 10, 10, 8, 7, 1, 0, 17, 23, 24, 26, 28, 30, 31);
            RelativeBias back = new RelativeBias(weight, false, 128);
            assertThat(Arrays.stream(DISTANCES).mapToInt(back::bucket))
                    .containsExactly(31, 31, 31, 26, 21, 17, 16, 8, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void theLastRowAloneIsTheLastRowOfAll() {
        try (Scope scope = Scope.open()) {
            float[] values = new float[24];
            for (int i = 0; i < values.length; i++) {
                values[i] = i * i % 7;
            }
            RelativeBias bias = new RelativeBias(Tensor.of(values, 8, 3), false, 12);
            Tensor all = bias.of(9, 9); // [1, 3, 9, 9]
            assertThat(bias.of(1, 9).toFloats())
                    .isEqualTo(all.narrow(2, 8, 1).contiguous().toFloats());
            assertThat(bias.onto(Mask.CAUSAL, 9, 9).causal()).isTrue();
        }
    }
}
