package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quantize}, and {@code --dtype} of the commands that use a model. */
class QuantizeCommandTest {
    @TempDir
    Path directory;

    private String model = "";

    @BeforeEach
    void makeModel() {
        model = TinyModel.write(directory).toString();
    }

    @Test
    void everyCommandReadsWhatIsWritten() throws IOException {
        String text =
                Files.writeString(directory.resolve("text.txt"), TinyModel.TEXT).toString();
        for (String bits : new String[] {"8", "4"}) {
            String target = directory.resolve("int" + bits).toString();
            Outcome outcome = Outcome.run("quantize", model, target, "--bits", bits, "--data", text);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out()).startsWith(target + "\nperplexity  ").contains(" before, ", " after: ");
            assertThat(Path.of(target, "tokenizer.json")).hasSameBinaryContentAs(Path.of(model, "tokenizer.json"));
            assertThat(Outcome.run("info", target, "--json").out()).contains("\"dtype\":\"int8\"");
            assertThat(Outcome.run("eval", "--model", target, "--data", text).out())
                    .contains("perplexity");
            Outcome written = Outcome.run("write", "春江", "--model", target, "--length", "4", "--seed", "1");
            assertThat(written.code()).as(written.err()).isZero();
            assertThat(written.out()).hasLineCount(1);
        }
    }

    @Test
    void matricesArePackedOnDemand() {
        for (String type : new String[] {"f32", "bf16", "f16", "int8", "int4"}) {
            Outcome outcome =
                    Outcome.run("write", "春江", "--model", model, "--length", "4", "--seed", "1", "--dtype", type);
            assertThat(outcome.code()).as(type + outcome.err()).isZero();
            assertThat(outcome.out()).isNotBlank();
        }
        assertThat(Outcome.run("write", "春江", "--model", model, "--dtype", "int3")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void keysAndValuesTakeHalfTheMemoryOnDemand() {
        for (String type : new String[] {"f32", "BF16"}) {
            Outcome outcome = Outcome.run("write", "春江", "--model", model, "--length", "4", "--kv", type);
            assertThat(outcome.code()).as(type + outcome.err()).isZero();
            assertThat(outcome.out()).isNotBlank();
        }
        Outcome refused = Outcome.run("write", "春江", "--model", model, "--kv", "f64");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--kv f64 is not known: choose f32 or bf16");
    }

    @Test
    void impossibleWishesAreRefusedInOneLine() {
        String target = directory.resolve("out").toString();
        Outcome bits = Outcome.run("quantize", model, target, "--bits", "3");
        assertThat(bits.code()).isEqualTo(2);
        assertThat(bits.err()).contains("--bits 3").hasLineCount(1);
        Outcome group = Outcome.run("quantize", model, target, "--bits", "4", "--group", "7");
        assertThat(group.err()).contains("--group 7").hasLineCount(1);
        assertThat(Path.of(target)).doesNotExist();
    }
}
