package org.maliang.model.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Path above = Path.of("").toAbsolutePath();
        while (above != null
                && !Files.isDirectory(above.resolve("shared/fixtures").resolve(name))) {
            above = above.getParent();
        }
        assumeThat(above).as("shared/fixtures is not on this machine").isNotNull();
        ParityReport report = Parity.run(above.resolve("shared/fixtures").resolve(name));
        assertThat(report.cases())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.ok()).as(one.toString()).isTrue());
    }
}
