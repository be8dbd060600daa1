package org.maliang.model.parity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.Fixtures;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

/** Encoder-decoders against what the reference implementation made of them. */
class EncoderDecoderParityTest {

    private static int threads;

    @BeforeAll
    static void oneThread() {
        threads = Threads.threads();
        Threads.threads(1); // models this small wait for each other's threads
    }

    @AfterAll
    static void restoreThreads() {
        Threads.threads(threads);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t5_v1_0",
                "t5_v1_1",
                "bart",
                "bart_seqcls",
                "mbart",
                "switch_transformers",
                "blip",
                "vision_encoder_decoder"
            })
    void equalsTheReferenceImplementation(String name) {
        long before = Tensor.liveCount();
        ParityReport report = Parity.run(Fixtures.folder(name));
        assertThat(report.cases())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.ok()).as(row.toString()).isTrue());
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }
}
