package org.maliang.model.parity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.Fixtures;

class DecoderParityTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bloom",
                "cpm_megatron",
                "gpt2",
                "gpt2_seqcls",
                "gpt_neo",
                "gpt_neox",
                "gptj",
                "llama",
                "llama_seqcls",
                "opt_post",
                "opt_pre"
            })
    void computesWhatTheReferenceComputes(String name) {
        ParityReport report = Parity.run(Fixtures.folder(name));
        assertThat(report.cases())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.ok()).as(one.toString()).isTrue());
    }
}
