package org.maliang.model.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.ModelFiles;
import org.maliang.model.ModelInfo;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.WeightKind;

/** Quantised model directories of every family of decoders, whole and damaged. */
class QuantizationTest {
    private static final String GPT2 =
            "{'model_type':'gpt2','vocab_size':48,'n_positions':32,'n_embd':64,'n_layer':2,'n_head':4,"
                    + "'initializer_range':0.15}";
    private static final String WIDE = "'vocab_size':48,'hidden_size':64,'num_hidden_layers':2,'num_attention_heads':4,"
            + "'intermediate_size':96,'max_position_embeddings':32,'initializer_range':0.15";
    private static final long[] IDS = {5, 9, 31, 7, 7, 22, 14, 3, 38, 6, 11, 27};

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                GPT2,
                "{'model_type':'llama','num_key_value_heads':2," + WIDE + "}",
                "{'model_type':'gpt_neox','rotary_pct':0.5," + WIDE + "}",
                "{'model_type':'bloom','vocab_size':48,'hidden_size':64,'n_layer':2,'n_head':4,'seq_length':32,"
                        + "'initializer_range':0.15}",
                "{'model_type':'opt','ffn_dim':96,'word_embed_proj_dim':32,'do_layer_norm_before':true," + WIDE + "}",
                "{'model_type':'gpt_neo','vocab_size':48,'hidden_size':64,'num_layers':2,'num_heads':4,"
                        + "'attention_types':[[['global','local'],1]],'max_position_embeddings':32,'window_size':8,"
                        + "'initializer_range':0.15}",
                "{'model_type':'gptj','vocab_size':48,'n_embd':64,'n_layer':2,'n_head':4,'rotary_dim':8,"
                        + "'n_positions':32,'initializer_range':0.15}",
            })
    void everyFamilyIsReadAsItWasWritten(String shape) throws IOException {
        Path whole = save(shape, DType.F32);
        float[] exact = logits(whole, Placement.CPU);
        for (int bits : new int[] {8, 4}) {
            Path quantized = quantize(whole, bits);
            assertThat(Files.size(quantized.resolve("model.safetensors")))
                    .isLessThan(Files.size(whole.resolve("model.safetensors")) * (bits == 8 ? 5 : 4) / 10);
            float[] floats = logits(quantized, Placement.CPU); // the same integers, multiplied by as floats
            float[] integers = logits(quantized, Placement.CPU.forInference());
            assertThat(distance(integers, floats)).isBetween(1e-7, 0.04);
            assertThat(distance(floats, exact)).isLessThan(bits == 8 ? 0.04 : 0.35);
        }
    }

    @Test
    void matricesArePackedWhileLoading() throws IOException {
        Path whole = save(GPT2, DType.BF16);
        float[] exact = logits(whole, Placement.CPU);
        assertThat(distance(logits(whole, Placement.CPU.forInference()), exact)).isLessThan(1e-4);
        for (WeightKind kind : WeightKind.values()) {
            Placement placement = Placement.CPU.withMatrices(Optional.of(kind));
            double bound = kind == WeightKind.INT4 ? 0.35 : 0.04;
            assertThat(distance(logits(whole, placement), exact))
                    .as(kind.label())
                    .isLessThan(bound);
            assertThat(distance(logits(quantize(whole, 8), placement), exact))
                    .as("%s of 8 bits", kind)
                    .isLessThan(bound);
        }
    }

    @Test
    void quantisedModelsWriteAndLeaveNothingBehind() throws IOException {
        Path quantized = quantize(save(GPT2, DType.F32), 4);
        long before = Tensor.liveCount();
        List<Integer> first = List.of();
        for (int i = 0; i < 3; i++) {
            try (Decoder decoder = load(quantized, Placement.CPU.forInference())) {
                var options = GenerationOptions.defaults().withTemperature(0).withMaxTokens(8);
                long loaded = -1;
                for (int text = 0; text < 3; text++) {
                    var written = new TokenGenerator(decoder).write(List.of(new int[] {5, 9}), options);
                    List<Integer> ids =
                            Arrays.stream(written.get(0).ids()).boxed().toList();
                    assertThat(ids).hasSize(8);
                    first = first.isEmpty() ? ids : first;
                    assertThat(ids).isEqualTo(first);
                    loaded = loaded < 0 ? Tensor.liveCount() : loaded;
                    assertThat(Tensor.liveCount()).isEqualTo(loaded);
                }
            }
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }

    @Test
    void infoAndConversionSeeTheModel() throws IOException {
        Path whole = save(GPT2, DType.F32);
        for (int bits : new int[] {8, 4}) {
            Path quantized = quantize(whole, bits);
            ModelInfo info = Models.info(quantized);
            assertThat(info.parameters()).isEqualTo(Models.info(whole).parameters());
            assertThat(info.dtype()).isEqualTo(bits == 8 ? DType.I8 : DType.U8);
            try (ModelFiles files = ModelFiles.open(quantized)) {
                assertThat(files.config().at("/quantization_config/bits").asInt())
                        .isEqualTo(bits);
                new Conversion(files, Optional.empty()).toHuggingFace(directory.resolve("back"), Long.MAX_VALUE);
                assertThatThrownBy(() -> new Quantization(files, 8, 32).write(directory.resolve("twice")))
                        .isInstanceOf(ModelException.class)
                        .hasMessageContaining("quantized already");
            }
            assertThat(ModelDirectory.open(directory.resolve("back")).config().has("quantization_config"))
                    .isFalse();
            assertThat(distance(logits(directory.resolve("back"), Placement.CPU), logits(quantized, Placement.CPU)))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void damageIsNamed() throws IOException {
        Path quantized = quantize(save(GPT2, DType.F32), 8);
        String name = "transformer.h.1.mlp.c_fc.weight";
        long before = Tensor.liveCount();
        assertRefused(quantized, t -> t.remove(name + "_scale"), "lacks \"" + name + "_scale\"");
        assertRefused(quantized, t -> t.put(name + "_scale", Tensor.ones(DType.F32, 3)), "do not belong together");
        assertRefused(
                quantized,
                t -> t.put(name + "_scale", Tensor.full(Double.NaN, DType.F32, 256)),
                "numbers that are not finite");
        assertRefused(
                quantized,
                t -> {
                    t.put(name, Tensor.zeros(DType.I8, 256, 32));
                },
                "256 rows and 32 columns");
        assertRefused(quantized, t -> t.put(name, Tensor.zeros(DType.I16, 256, 64)), "\"" + name + "\"");
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void impossibleWishesAreRefused() throws IOException {
        try (ModelFiles files = ModelFiles.open(save(GPT2, DType.F32))) {
            assertThatThrownBy(() -> new Quantization(files, 5, 32)).hasMessageContaining("choose 8 or 4");
            assertThatThrownBy(() -> new Quantization(files, 4, 20)).hasMessageContaining("--group 20");
        }
    }

    private void assertRefused(Path quantized, Consumer<Map<String, Tensor>> damage, String message) {
        Path damaged = directory.resolve("damaged");
        var source = ModelDirectory.open(quantized);
        try (Scope scope = Scope.open();
                Weights weights = source.weights()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            weights.names().forEach(name -> tensors.put(name, weights.tensor(name)));
            damage.accept(tensors);
            ModelDirectory.writer(damaged)
                    .config(source.config())
                    .weights(tensors)
                    .write();
        }
        for (Placement placement : List.of(Placement.CPU, Placement.CPU.forInference())) {
            assertThatThrownBy(() -> load(damaged, placement))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(message)
                    .message()
                    .hasLineCount(1);
        }
    }

    private Path save(String shape, DType dtype) throws IOException {
        var config = (ObjectNode) new ObjectMapper().readTree(shape.replace('\'', '"'));
        Path whole = directory.resolve("whole");
        try (Decoder decoder = Models.decoder(config, 3)) {
            Models.save(decoder, whole, dtype).write();
        }
        return whole;
    }

    private Path quantize(Path whole, int bits) {
        Path target = directory.resolve("int" + bits);
        try (ModelFiles files = ModelFiles.open(whole)) {
            new Quantization(files, bits, WeightKind.GROUP).write(target);
        }
        return target;
    }

    private static Decoder load(Path path, Placement placement) {
        try (ModelFiles files = ModelFiles.open(path)) {
            return Models.decoder(files, placement);
        }
    }

    private static float[] logits(Path path, Placement placement) {
        try (Decoder decoder = load(path, placement);
                Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            return decoder.logits(decoder.hidden(Input.of(Tensor.of(IDS, 2, 6))))
                    .toFloats();
        }
    }

    /** The root mean square of the differences, beside that of the second. */
    private static double distance(float[] found, float[] wanted) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < wanted.length; i++) {
            difference += Math.pow(found[i] - wanted[i], 2);
            size += Math.pow(wanted[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
