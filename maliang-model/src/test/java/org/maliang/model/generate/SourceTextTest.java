package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.maliang.model.TinyEncoderDecoders.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.LanguageModel;
import org.maliang.model.Models;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainingOptions;

/** Texts about texts, from a model directory. */
class SourceTextTest {

    private static final String POEM = "床前明月光，疑是地上霜。举头望明月，低头思故乡。";

    @TempDir
    Path directory;

    private Path save(ObjectNode config, ObjectNode wishes) {
        Path tokenizer = directory.resolve("tokenizer");
        TokenizerTrainer.characters(TrainingOptions.of(280).withMinFrequency(1))
                .train(List.of(POEM).stream())
                .write(tokenizer);
        Path model = directory.resolve("model");
        try (EncoderDecoder made = TinyEncoderDecoders.create(config.put("vocab_size", 300))) {
            Models.save(made, model)
                    .tokenizerFrom(tokenizer)
                    .generationConfig(wishes)
                    .write();
        }
        return model;
    }

    @Test
    void writesAboutASource() {
        ObjectNode config = json("{'model_type':'t5','d_model':18,'d_kv':5,'num_heads':3,'d_ff':20,'num_layers':2}");
        ObjectNode wishes = JsonNodeFactory.instance.objectNode();
        wishes.put("max_length", 9).put("num_beams", 2).put("min_length", 4).put("early_stopping", true);
        long before = Tensor.liveCount();
        try (LanguageModel model = LanguageModel.load(save(config, wishes))) {
            assertThat(model.defaults())
                    .isEqualTo(GenerationOptions.defaults()
                            .withMaxTokens(8)
                            .withMinTokens(3)
                            .withTemperature(0)
                            .withBeams(2)
                            .withEarlyStopping(true));
            GenerationOptions greedy = model.defaults().withBeams(1);
            Sample moon = model.generator().write("明月", greedy).get(0);
            assertThat(moon.tokens()).isBetween(3, 8);
            assertThat(moon.text()).isEqualTo(expected(model, "明月", greedy));
            assertThat(model.generator().write("明月", model.defaults())).hasSize(1);
            assertThat(model.generator()
                            .write("明月", model.defaults().withBeams(3).withSamples(2)))
                    .hasSize(2);
            assertThatThrownBy(model::decoder)
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("writes about a source");
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    /** The same one level deeper: the source ends with the end-of-text token. */
    private static String expected(LanguageModel model, String text, GenerationOptions options) {
        try (Scope scope = Scope.open()) {
            EncoderDecoder writer = (EncoderDecoder) model.model();
            int[] ids = model.tokenizer().encode(text);
            long[] source = new long[ids.length + 1];
            for (int i = 0; i < ids.length; i++) {
                source[i] = ids[i];
            }
            source[ids.length] = 1;
            int[] written = TokenGenerator.about(writer, EncoderInput.of(Tensor.of(source, 1, source.length)))
                    .choosingBelow(model.tokenizer().vocabularySize())
                    .write(TokenGenerator.start(writer, 1), options)
                    .get(0)
                    .ids();
            boolean ended = written[written.length - 1] == 1;
            return model.tokenizer().decode(ended ? Arrays.copyOf(written, written.length - 1) : written);
        }
    }

    @Test
    void nothingIsWrittenAboutATextByWhatReadsImages() {
        long before = Tensor.liveCount();
        Path pair = save(
                TinyEncoderDecoders.imageConfigs().skip(1).findFirst().orElseThrow(),
                JsonNodeFactory.instance.objectNode());
        assertThatThrownBy(() -> LanguageModel.load(pair))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("images");
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void aLongSourceLosesItsEnd() {
        ObjectNode config = TinyEncoderDecoders.configs()
                .filter(one -> one.path("model_type").asText().equals("bart"))
                .findFirst()
                .orElseThrow();
        try (LanguageModel model = LanguageModel.load(save(config, JsonNodeFactory.instance.objectNode()))) {
            GenerationOptions options = model.defaults().withMaxTokens(500);
            assertThat(options.temperature()).isZero();
            String full = "明月光".repeat(9) + "霜"; // 28 characters, and a token at each end
            List<Sample> samples = model.generator().write(full + "故乡", options);
            assertThat(samples).isEqualTo(model.generator().write(full, options));
            assertThat(samples.get(0).tokens()).isLessThan(30);
        }
    }
}
