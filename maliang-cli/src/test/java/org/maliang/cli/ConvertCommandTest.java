package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.checkpoint.SafeTensors;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.numpy.Numpy;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

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
        Path cpm = Fixtures.folder("cpm_megatron");
        Path whole = dir.resolve("cpm");
        assertThat(convert(cpm.resolve("fp32_legacy"), whole, "--heads", "4").code())
                .isZero();
        assertThat(whole.resolve("model.safetensors"))
                .hasSameBinaryContentAs(cpm.resolve("merged_hf_gpt2/model.safetensors"));
    }

    /** Attention of heads that nobody counts needs {@code --heads}, to be described too. */
    @Test
    void infoOfShardsAsksForTheHeads() {
        String shards = Fixtures.folder("cpm_megatron").resolve("fp32_zip").toString();
        Outcome silent = Outcome.run("info", shards);
        assertThat(silent.code()).isOne();
        assertThat(silent.err()).hasLineCount(1).contains("--heads N");
        assertThat(Outcome.run("info", shards, "--heads", "4", "--json").out()).containsPattern("\"heads\" ?: ?4");
        Outcome none = Outcome.run("info", shards, "--heads", "0");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("--heads 0 is not positive");
    }

    /** The tiny model under the names of OpenAI's program, beside its configuration and its tokenizer. */
    @Test
    void modelsOfTensorFlowAreDescribedConvertedAndWrite() throws IOException {
        Path foreign = Files.createDirectories(dir.resolve("openai"));
        try (Scope scope = Scope.open();
                Weights ours = SafeTensors.open(model.resolve("model.safetensors"))) {
            Map<String, Tensor> arrays = new LinkedHashMap<>();
            for (String name : ours.names()) {
                String there = name.replace("transformer.", "model.")
                        .replace(".h.", ".h")
                        .replaceFirst("(wte|wpe)\\.weight$", "$1")
                        .replaceFirst("(ln_.)\\.weight$", "$1.g")
                        .replaceFirst("weight$", "w")
                        .replaceFirst("bias$", "b")
                        .replace('.', '/');
                arrays.put(there, ours.tensor(name));
            }
            arrays.put("global_step", Tensor.scalar(7, DType.I64));
            Numpy.write(foreign.resolve("weights.npz"), arrays);
        }
        Files.writeString(
                foreign.resolve("hparams.json"), "{\"n_embd\":16,\"n_head\":2,\"bos_token_id\":0,\"eos_token_id\":0}");
        Files.copy(model.resolve("tokenizer.json"), foreign.resolve("tokenizer.json"));

        String[] prompt = {"write", "春江", "--seed", "3", "--length", "12", "--model"};
        Outcome expected = Outcome.run(
                Stream.concat(Stream.of(prompt), Stream.of(model.toString())).toArray(String[]::new));
        Outcome written = Outcome.run(
                Stream.concat(Stream.of(prompt), Stream.of(foreign.toString())).toArray(String[]::new));
        assertThat(written.err()).isEmpty();
        assertThat(written.out()).isNotBlank().isEqualTo(expected.out());
        assertThat(Outcome.run("info", foreign.resolve("weights.npz").toString())
                        .out())
                .contains("gpt2", "2 of width 16 with 2 heads");
        Path back = dir.resolve("from-openai");
        assertThat(convert(foreign, back, "--to", "hf").code()).isZero();
        assertThat(back.resolve("model.safetensors")).hasSameBinaryContentAs(model.resolve("model.safetensors"));
        assertThat(back.resolve("tokenizer.json")).exists();
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
