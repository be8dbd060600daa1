package org.maliang.model.parity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.Fixtures;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

/** Encoders against what the reference implementation made of them. */
class EncoderParityTest {

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
                "albert",
                "bert",
                "bert_pretraining",
                "bert_seqcls",
                "bert_tokencls",
                "distilbert",
                "distilbert_seqcls",
                "electra",
                "ernie",
                "ernie_seqcls",
                "megatron_bert",
                "roberta",
                "vit",
                "vit_model",
                "clip",
                "layoutlmv3",
                "blip_itm"
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
