package org.maliang.tokenizer.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerParityTest {

    @ParameterizedTest
    @CsvSource({
        "gpt2_bpe.json, 40",
        "bert_zh_uncased.json, 57",
        "bert_zh_cased.json, 57",
        "cpm.json, 44",
        "cpm_sentencepiece_raw.json, 44",
        "tiny_sp, 309"
    })
    void goldensPass(String name, int count) {
        Path golden = Goldens.directory().resolve(name);
        assumeTrue(Files.exists(golden), "no golden files here");
        List<TokenizerParity.Case> cases = TokenizerParity.run(golden);
        assertThat(cases)
                .hasSize(count)
                .allSatisfy(one -> assertThat(one.difference()).as(one.name()).isEmpty());
    }
}
