package org.maliang.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Against the formula, position by position. */
class RelativeKeyAttentionTest {

    private static final int HEADS = 3;
    private static final int SIZE = 2;
    private static final int TIME = 4;
    private static final int LONGEST = 6;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void addsTheVectorsOfDistances(boolean forKeysToo) {
        try (Scope scope = Scope.open()) {
            Generator random = Generator.of(3);
            Tensor x = random.normal(new long[] {1, TIME, HEADS * SIZE}, 0, 1);
            Tensor table = random.normal(new long[] {2 * LONGEST - 1, SIZE}, 0, 1);
            double scale = 0.6;
            double factor = 0.3;
            var attention = new RelativeKeyAttention(
                    Heads.separate(y -> y, y -> y.mul(0.5), y -> y.add(1), HEADS),
                    y -> y,
                    new SelfAttention.Settings(0, scale, new Dropout(0)),
                    factor,
                    table,
                    forKeysToo);
            Tensor actual = attention.apply(x, Pass.of(Mask.NONE, KvCache.none(), false));
            double[] q = x.toDoubles();
            double[] d = table.toDoubles();
            double[] mixed = actual.toDoubles();
            for (int head = 0; head < HEADS; head++) {
                for (int i = 0; i < TIME; i++) {
                    double[] weights = new double[TIME];
                    double sum = 0;
                    for (int j = 0; j < TIME; j++) {
                        double score = 0;
                        for (int s = 0; s < SIZE; s++) {
                            double qi = q[i * HEADS * SIZE + head * SIZE + s];
                            double kj = 0.5 * q[j * HEADS * SIZE + head * SIZE + s];
                            double apart = d[(i - j + LONGEST - 1) * SIZE + s];
                            score += scale * qi * kj + factor * (qi + (forKeysToo ? kj : 0)) * apart;
                        }
                        weights[j] = Math.exp(score);
                        sum += weights[j];
                    }
                    for (int s = 0; s < SIZE; s++) {
                        double expected = 0;
                        for (int j = 0; j < TIME; j++) {
                            expected += weights[j] / sum * (q[j * HEADS * SIZE + head * SIZE + s] + 1);
                        }
                        assertThat(mixed[i * HEADS * SIZE + head * SIZE + s]).isCloseTo(expected, within(1e-5));
                    }
                }
            }
        }
    }
}
