package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.checkpoint.SafeTensors;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Scope;

class ConvertCommandTest {
    @TempDir
    private static Path dir;

    private static Path model;

    @BeforeAll
    static void makeModel() {
        model = TinyModel.write(dir);
    }

    @Test
    void whatIsConvertedToTheSameIsTheSameFile() throws IOException {
        Path again = dir.resolve("again");
        assertThat(convert(model, again).code()).isZero();
        assertThat(again.resolve("model.safetensors")).hasSameBinaryContentAs(model.resolve("model.safetensors"));
        assertThat(again.resolve("tokenizer.json")).hasSameBinaryContentAs(model.resolve("tokenizer.json"));
    }

    @Test
    void throughTwoShardsOfMegatronAndBackNothingIsLost() {
        Path shards = dir.resolve("shards");
        Path back = dir.resolve("back");
        assertThat(convert(model, shards, "--to", "megatron", "--tensor-parallel", "2")
                        .code())
                .isZero();
        assertThat(shards.resolve("mp_rank_01_model_states.pt")).exists();
        assertThat(convert(shards, back, "--heads", "2").code()).isZero();
        try (Scope scope = Scope.open();
                Weights before = SafeTensors.open(model.resolve("model.safetensors"));
                Weights after = SafeTensors.open(back.resolve("model.safetensors"))) {
            assertThat(after.names()).containsExactlyInAnyOrderElementsOf(before.names());
            for (String name : before.names()) {
                assertThat(after.tensor(name).eq(before.tensor(name)).all())
                        .as(name)
                        .isTrue();
            }
        }
    }

    @Test
    void aHalfAsWideTypeMakesAFileHalfAsLong() throws IOException {
        Path half = dir.resolve("half");
        assertThat(convert(model, half, "--dtype", "f16").code()).isZero();
        assertThat(Files.size(half.resolve("model.safetensors")))
                .isLessThan(Files.size(model.resolve("model.safetensors")) * 2 / 3);
        assertThat(half.resolve("config.json")).content().contains("\"torch_dtype\": \"float16\"");
        assertThat(Outcome.run("write", "春江", "--model", half.toString()).code())
                .isZero();
    }

    @Test
    void throughGgufAndBackTheWeightsAreTheSame() {
        Path file = dir.resolve("tiny.gguf");
        Path back = dir.resolve("from-gguf");
        assertThat(convert(model, file, "--to", "gguf", "--dtype", "f32").code())
                .isZero();
        assertThat(convert(file, back).code()).isZero();
        try (Scope scope = Scope.open();
                Weights before = SafeTensors.open(model.resolve("model.safetensors"));
                Weights after = SafeTensors.open(back.resolve("model.safetensors"))) {
            for (String name : before.names()) {
                assertThat(after.tensor(name).eq(before.tensor(name)).all())
                        .as(name)
                        .isTrue();
            }
        }
    }

    @Test
    void shardsOfCpmBecomeAModel() {
        Path above = Path.of("").toAbsolutePath();
        while (above != null && !Files.isDirectory(above.resolve("shared/fixtures/cpm_megatron"))) {
            above = above.getParent();
        }
        assumeThat(above).as("shared/fixtures is not on this machine").isNotNull();
        Path cpm = above.resolve("shared/fixtures/cpm_megatron");
        Path whole = dir.resolve("cpm");
        assertThat(convert(cpm.resolve("fp32_legacy"), whole, "--heads", "4").code())
                .isZero();
        assertThat(whole.resolve("model.safetensors"))
                .hasSameBinaryContentAs(cpm.resolve("merged_hf_gpt2/model.safetensors"));
    }

    @Test
    void whatCannotBeIsSaidInOneLine() {
        Outcome odd = convert(model, dir.resolve("odd"), "--to", "megatron", "--tensor-parallel", "3");
        assertThat(odd.code()).isEqualTo(2);
        assertThat(odd.err()).hasLineCount(1).contains("--tensor-parallel 3");
        Outcome type = convert(model, dir.resolve("odd"), "--dtype", "int4");
        assertThat(type.code()).isEqualTo(2);
        assertThat(type.err()).contains("--dtype int4");
        assertThat(convert(dir.resolve("nowhere"), dir.resolve("odd")).code()).isOne();
        assertThat(dir.resolve("odd")).doesNotExist();
    }

    private static Outcome convert(Path source, Path target, String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "convert";
        all[1] = source.toString();
        all[2] = target.toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return Outcome.run(all);
    }
}
