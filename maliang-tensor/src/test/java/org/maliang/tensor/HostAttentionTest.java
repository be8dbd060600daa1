package org.maliang.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HostAttentionTest {

    @Test
    void roundsToBfloat16AsLibTorchDoes() {
        Random random = new Random(4);
        float[] numbers = new float[100_000];
        for (int i = 0; i < numbers.length; i++) {
            int bits = random.nextInt();
            numbers[i] = Float.intBitsToFloat(i % 3 == 0 ? bits & 0xFFFF_8000 : bits); // often midway between two
        }
        numbers[0] = Float.NaN;
        numbers[1] = Float.MAX_VALUE;
        numbers[2] = Float.NEGATIVE_INFINITY;
        numbers[3] = -0f;
        numbers[4] = Float.MIN_VALUE;
        try (Scope scope = Scope.open()) {
            short[] expected =
                    HostCopy.shorts(Tensor.of(numbers, numbers.length).to(DType.BF16));
            for (int i = 0; i < numbers.length; i++) {
                short rounded = HostAttention.rounded(numbers[i]);
                if (Float.isNaN(numbers[i])) {
                    assertThat(Float.intBitsToFloat(rounded << 16)).isNaN();
                } else {
                    assertThat(rounded).as("%s", numbers[i]).isEqualTo(expected[i]);
                }
            }
        }
    }
}
