package org.maliang.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AlibiTest {

    /** Slopes of the reference implementation (Press et al., arXiv:2108.12409). */
    @Test
    void slopesFallByHeadForAnyNumberOfHeads() {
        assertThat(Alibi.slopes(4))
                .containsExactly(new float[] {0.25f, 0.0625f, 0.015625f, 0.00390625f}, within(1e-8f));
        float[] twelve = Alibi.slopes(12);
        assertThat(twelve[7]).isCloseTo(0.00390625f, within(1e-8f));
        assertThat(twelve[8]).isCloseTo(0.7071068f, within(1e-6f));
        assertThat(twelve[11]).isCloseTo(0.08838835f, within(1e-6f));
        float[] many = Alibi.slopes(112);
        assertThat(many[0]).isCloseTo(0.917004f, within(1e-6f));
        assertThat(many[3]).isCloseTo(0.7071068f, within(1e-6f));
        assertThat(many[108]).isCloseTo(0.02116024f, within(1e-6f));
        assertThat(many[111]).isCloseTo(0.01631678f, within(1e-6f));
    }
}
