package org.maliang.model.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    private static Path fixtures() {
        Path above = Path.of("").toAbsolutePath();
        while (above != null && !Files.isDirectory(above.resolve("shared/fixtures"))) {
            above = above.getParent();
        }
        assumeThat(above).as("shared/fixtures is not on this machine").isNotNull();
        return above.resolve("shared/fixtures");
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
        ParityReport report = Parity.run(fixtures().resolve(name));
        assertThat(report.cases())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.ok()).as(row.toString()).isTrue());
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }
}
