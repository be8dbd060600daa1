package org.maliang.model.palm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.maliang.model.TinyEncoderDecoders.ids;
import static org.maliang.model.TinyEncoderDecoders.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.LazyTensor;
import org.maliang.checkpoint.torch.TorchWriter;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.convert.Conversion;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Directories laid out as ModelScope's code expects them. */
class PalmDirectoryTest {

    private static final String CHARACTERS = "床前明月光疑是地上霜举头望低思故乡";
    private static final String ENCODER = "{'vocab_size':24,'hidden_size':12,'num_attention_heads':3,"
            + "'intermediate_size':14,'num_hidden_layers':2,'max_position_embeddings':20,'initializer_range':0.5}";
    private static final String OWN = "{'encoder':'zh_bert','encoder_pth':'reader','dec_layers':2,'dec_hidden_size':12,"
            + "'dec_heads':2,'dec_ff_size':22,'bos_token_id':2,'eos_token_id':3,'max_pos':512,'min_length':3,"
            + "'max_length':9,'beam_size':2,'alpha':0.7,'architectures':null}";

    @TempDir
    Path home;

    /** A directory as published, with parameters under other names, and a model of ours with the same numbers. */
    private Palm publish(Path directory, String prefix, String encoderPrefix, String bias) throws IOException {
        ObjectNode whole = json(ENCODER);
        whole.setAll(own());
        Palm palm = (Palm) Models.create(whole.put("model_type", "palm"), 4);
        palm.parameters().get("generator.dense.bias").narrow(0, 0, 5).fillInPlace(-30); // write characters
        Map<String, Tensor> stored = new LinkedHashMap<>();
        palm.parameters().forEach((name, tensor) -> {
            String named = name.startsWith("bert.") ? encoderPrefix + name.substring("bert.".length()) : name;
            stored.put(prefix + (name.equals("generator.dense.bias") ? bias : named), tensor);
        });
        stored.put(prefix + "decoder.pos_emb.pe", Tensor.zeros(DType.F32, 1, 50, 12));
        stored.put(prefix + "decoder.transformer_layers.1.mask", Tensor.zeros(DType.F32, 1, 5, 5));
        stored.put(prefix + encoderPrefix + "embeddings.position_ids", Tensor.arange(20));
        stored.put(prefix + bias.replace("bias", "weight"), palm.headWeight());
        Map<String, Object> lazy = new LinkedHashMap<>();
        stored.forEach(
                (name, tensor) -> lazy.put(name, new LazyTensor(tensor.dtype(), boxed(tensor.shape()), tensor::copy)));
        Path reader = Files.createDirectories(directory.resolve("reader"));
        TorchWriter.write(directory.resolve("pytorch_model.bin"), lazy);
        write(directory.resolve("config.json"), own());
        write(
                directory.resolve("configuration.json"),
                json("{'framework':'pytorch','task':'text-generation','model':{'type':'palm-v2'}}"));
        write(reader.resolve("bert_config.json"), json(ENCODER));
        List<String> entries = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##光", "明月"));
        CHARACTERS.chars().mapToObj(Character::toString).forEach(entries::add);
        Files.write(reader.resolve("vocab.txt"), entries);
        return palm;
    }

    private static ObjectNode own() {
        ObjectNode own = json(OWN);
        own.remove("vocab_size");
        return own;
    }

    private static List<Long> boxed(long[] shape) {
        List<Long> sizes = new ArrayList<>();
        for (long size : shape) {
            sizes.add(size);
        }
        return sizes;
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        new ObjectMapper().writeValue(file.toFile(), json);
    }

    @ParameterizedTest
    @CsvSource({
        "'',bert.,generator.dense.bias",
        "palm.,bert.,generator.dense.bias",
        "model.palm.,bert.,generator.dense.bias",
        "'',bert.model.,generator.0.bias",
    })
    void readsWhatIsPublished(String prefix, String encoderPrefix, String bias) throws IOException {
        try (Scope scope = Scope.open()) {
            Path directory = home.resolve("published");
            Palm palm = publish(directory, prefix, encoderPrefix, bias);
            Palm loaded = (Palm) Models.load(directory);
            assertThat(loaded.config()).isEqualTo(palm.config());
            assertThat(scores(loaded)).isEqualTo(scores(palm));
            assertThat(Models.info(directory).config().vocabularySize()).isEqualTo(24);
        }
    }

    private static float[] scores(Palm palm) {
        EncoderInput source = EncoderInput.of(ids(new long[] {2, 9, 11, 20, 3}));
        return palm.scores(Input.of(ids(new long[] {2, 10, 8})), palm.remember(source), 3)
                .toFloats();
    }

    @Test
    void whatIsWrittenIsWrittenAgainByteForByte() throws IOException {
        try (Scope scope = Scope.open()) {
            Path published = home.resolve("published");
            publish(published, "palm.", "bert.", "generator.dense.bias");
            Models.save(Models.load(published), home.resolve("first")).write();
            Models.save(Models.load(home.resolve("first")), home.resolve("second"))
                    .write();
            try (ModelFiles files = ModelFiles.open(published)) {
                new Conversion(files, Optional.empty()).toHuggingFace(home.resolve("converted"), 1L << 30);
            }
            for (String name : List.of("config.json", "model.safetensors")) {
                assertThat(home.resolve("second").resolve(name))
                        .hasSameBinaryContentAs(home.resolve("first").resolve(name));
            }
            assertThat(home.resolve("converted").resolve("model.safetensors"))
                    .hasSameBinaryContentAs(home.resolve("first").resolve("model.safetensors"));
            try (LanguageModel before = LanguageModel.load(published);
                    LanguageModel after = LanguageModel.load(home.resolve("converted"))) {
                assertThat(after.defaults()).isEqualTo(before.defaults());
                assertThat(after.generator().write("明月", after.defaults()))
                        .isEqualTo(before.generator().write("明月", before.defaults()));
            }
        }
    }

    @Test
    void writesChineseWithoutSpaces() throws IOException {
        Path directory = home.resolve("published");
        try (Scope scope = Scope.open()) {
            publish(directory, "", "bert.", "generator.dense.bias");
        }
        try (LanguageModel model = LanguageModel.load(directory)) {
            assertThat(model.defaults())
                    .isEqualTo(GenerationOptions.defaults()
                            .withMaxTokens(9)
                            .withMinTokens(3)
                            .withTemperature(0)
                            .withBeams(2)
                            .withLengthPenalty(0.7)
                            .withEarlyStopping(true));
            assertThat(model.tokenizer().id("明月")).isEqualTo(OptionalInt.of(6));
            for (GenerationOptions options :
                    List.of(model.defaults(), model.defaults().withBeams(1))) {
                String text = model.generator().write("举头望明月", options).get(0).text();
                assertThat(text).isNotEmpty().matches("[" + CHARACTERS + "]+");
            }
        }
    }

    /** Names that lead out of the directory, or that no path can have, are those of something else. */
    @ParameterizedTest
    @ValueSource(strings = {"../published/reader", "a\u0000b", "bert-base-chinese", "", "/"})
    void theEncoderLiesInTheDirectory(String named) throws IOException {
        try (Scope scope = Scope.open()) {
            Path directory = home.resolve("published");
            publish(directory, "", "bert.", "generator.dense.bias");
            Files.delete(directory.resolve("reader").resolve("bert_config.json"));
            write(home.resolve("config.json"), json("{'vocab_size':24}"));
            write(directory.resolve("config.json"), own().put("encoder_pth", named));
            assertThatThrownBy(() -> Models.load(directory)).hasMessageContaining("hidden_size");
        }
    }

    @Test
    void aDamagedEncoderConfigurationIsNamed() throws IOException {
        try (Scope scope = Scope.open()) {
            Path directory = home.resolve("published");
            publish(directory, "", "bert.", "generator.dense.bias");
            Files.writeString(directory.resolve("reader").resolve("bert_config.json"), "{");
            assertThatThrownBy(() -> Models.load(directory))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("bert_config.json");
        }
    }
}
