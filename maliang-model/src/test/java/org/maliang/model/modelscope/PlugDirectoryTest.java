package org.maliang.model.modelscope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.maliang.model.TinyEncoderDecoders.ids;
import static org.maliang.model.TinyEncoderDecoders.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.megatron.MegatronWriter;
import org.maliang.checkpoint.megatron.TensorLayout;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.convert.Conversion;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.tensor.Scope;

/** A PLUG laid out as ModelScope's code expects it: shards in {@code model/}, a vocabulary, two configurations. */
class PlugDirectoryTest {

    private static final String SHAPE =
            "'vocab_size':48,'hidden_size':16,'num_attention_heads':4,'intermediate_size':24,"
                    + "'num_hidden_layers':2,'dec_hidden_layers':1,'max_position_embeddings':40,'initializer_range':0.4,"
                    + "'original_vocab_size':12,'bos_token_id':2,'eos_token_id':3,'layernorm_epsilon':1e-5}";

    @TempDir
    Path home;

    private Path published = Path.of("");
    private float[] expected = {};

    @BeforeEach
    void publish() throws IOException {
        published = Files.createDirectories(home.resolve("published"));
        Path whole = home.resolve("whole");
        try (EncoderDecoder plug = (EncoderDecoder) Models.create(json("{'model_type':'plug'," + SHAPE), 6)) {
            Models.save(plug, whole).write();
            expected = scores(plug);
        }
        try (Scope scope = Scope.open();
                Weights weights = ModelDirectory.open(whole).weights()) {
            new MegatronWriter(4, TensorLayout.PLUG).write(published.resolve("model"), weights);
        }
        Files.write(
                published.resolve("vocab.txt"),
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "泛", "起", "笑", "意", "他", "看", "着"));
        configure("{'model_type':'plug_nlg_original-8192'," + SHAPE);
        write("configuration.json", json("{'task':'text-generation','model':{'type':'plug','top_p':0.0}}"));
    }

    private void configure(String config) throws IOException {
        write("config.json", json(config));
    }

    private void write(String name, ObjectNode json) throws IOException {
        new ObjectMapper().writeValue(published.resolve(name).toFile(), json);
    }

    private static float[] scores(EncoderDecoder plug) {
        try (Scope scope = Scope.open()) {
            EncoderInput source = EncoderInput.of(ids(new long[] {2, 9, 11, 7, 3}));
            return plug.scores(Input.of(ids(new long[] {2, 10, 8})), plug.remember(source), 3)
                    .toFloats();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'model_type':'plug_nlg_original-8192',", "'model_type':'plugNLG',", "'model_type':'plug',", ""})
    void isRead(String type) throws IOException {
        configure("{" + type + SHAPE);
        try (EncoderDecoder loaded = (EncoderDecoder) Models.load(published)) {
            assertThat(scores(loaded)).isEqualTo(expected);
        }
    }

    @Test
    void writesOnAndIsConverted() {
        try (ModelFiles files = ModelFiles.open(published)) {
            new Conversion(files, Optional.empty()).toHuggingFace(home.resolve("converted"), 1L << 30);
        }
        try (LanguageModel before = LanguageModel.load(published);
                LanguageModel after = LanguageModel.load(home.resolve("converted"))) {
            GenerationOptions options = before.defaults().withMaxTokens(100).withSeed(2);
            assertThat(after.defaults()).isEqualTo(before.defaults());
            assertThat(before.generator().write("泛起笑意", options))
                    .isEqualTo(after.generator().write("泛起笑意", options))
                    .allSatisfy(sample -> assertThat(sample.tokens()).isBetween(81, 100));
        }
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Files.delete(published.resolve("model").resolve("mp_rank_02_model_states.pt"));
        assertThatThrownBy(() -> Models.load(published)).hasMessageContaining("mp_rank");
    }
}
