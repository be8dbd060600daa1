package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.blip.BlipCaptioning;
import org.maliang.model.clip.Clip;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** Models that see, at sizes the golden files do not have. */
class ImageModelsTest {

    private static final String VIT = "{\"model_type\":\"vit\",\"architectures\":[\"ViTModel\"],\"hidden_size\":15,"
            + "\"num_hidden_layers\":2,\"num_attention_heads\":3,\"intermediate_size\":20,\"image_size\":[6,9],"
            + "\"patch_size\":3,\"num_channels\":2,\"initializer_range\":0.3}";
    private static final String CLIP =
            "{\"model_type\":\"clip\",\"projection_dim\":7,\"text_config\":{\"vocab_size\":20,"
                    + "\"hidden_size\":12,\"intermediate_size\":16,\"num_hidden_layers\":2,\"num_attention_heads\":3,"
                    + "\"max_position_embeddings\":8,\"eos_token_id\":17},\"vision_config\":{\"hidden_size\":10,"
                    + "\"intermediate_size\":14,\"num_hidden_layers\":1,\"num_attention_heads\":5,\"image_size\":6,"
                    + "\"patch_size\":3}}";
    private static final String BLIP =
            "{\"model_type\":\"blip\",\"architectures\":[\"%s\"],\"image_text_hidden_size\":7,"
                    + "\"text_config\":{\"vocab_size\":20,\"hidden_size\":12,\"intermediate_size\":16,\"num_hidden_layers\":2,"
                    + "\"num_attention_heads\":3,\"max_position_embeddings\":8},\"vision_config\":{\"hidden_size\":10,"
                    + "\"intermediate_size\":14,\"num_hidden_layers\":1,\"num_attention_heads\":5,\"image_size\":6,"
                    + "\"patch_size\":3,\"initializer_range\":0.2}}";

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    private static Tensor images(long... shape) {
        return Generator.of(7).normal(shape, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ViTModel",
                "ViTForImageClassification",
                "CLIPModel",
                "BlipForConditionalGeneration",
                "BlipForImageTextRetrieval"
            })
    void savedAndLoadedItIsTheSame(String architecture, @TempDir Path dir) throws Exception {
        String text = architecture.startsWith("ViT")
                ? VIT.replace("ViTModel", architecture)
                : architecture.startsWith("CLIP") ? CLIP : BLIP.formatted(architecture);
        try (Scope scope = Scope.open();
                Model model = Models.create(json(text), 1)) {
            Models.save(model, dir.resolve("m")).write();
            try (Model again = Models.load(dir.resolve("m"))) {
                assertThat(again).hasSameClassAs(model);
                assertThat(again.config()).isEqualTo(model.config());
                assertThat(again.parameters().keySet())
                        .containsExactlyElementsOf(model.parameters().keySet());
            }
        }
    }

    /** The first vector after the position's is taken away: every pixel of the patch times its weight. */
    @Test
    void aPatchIsMadeOfItsPixels() throws Exception {
        try (Scope scope = Scope.open();
                Encoder model = (Encoder) Models.create(json(VIT), 1)) {
            Tensor image = images(1, 2, 6, 9);
            Tensor embedded = model.embed(EncoderInput.ofImages(image)); // [1, 7, 15]
            double[] pixels = image.toDoubles();
            double[] kernel = model.parameters()
                    .get("embeddings.patch_embeddings.projection.weight")
                    .toDoubles();
            double[] places =
                    model.parameters().get("embeddings.position_embeddings").toDoubles();
            int row = 1;
            int column = 2;
            int position = 1 + row * 3 + column;
            for (int unit = 0; unit < 15; unit++) {
                double sum = places[position * 15 + unit];
                for (int c = 0; c < 2; c++) {
                    for (int y = 0; y < 3; y++) {
                        for (int x = 0; x < 3; x++) {
                            sum += pixels[(c * 6 + row * 3 + y) * 9 + column * 3 + x]
                                    * kernel[((unit * 2 + c) * 3 + y) * 3 + x];
                        }
                    }
                }
                assertThat(embedded.select(1, position).select(1, unit).item()).isCloseTo(sum, within(1e-5));
            }
        }
    }

    @Test
    void positionsStretchOverImagesOfAnotherSize() throws Exception {
        try (Scope scope = Scope.open();
                Encoder model = (Encoder) Models.create(json(VIT), 1)) {
            assertThat(model.hidden(EncoderInput.ofImages(images(2, 2, 6, 9))).shape())
                    .containsExactly(2, 7, 15);
            assertThat(model.hidden(EncoderInput.ofImages(images(2, 2, 12, 10))).shape())
                    .containsExactly(2, 1 + 4 * 3, 15);
            assertThatThrownBy(() -> model.hidden(EncoderInput.ofImages(images(2, 3, 6, 9))))
                    .hasMessageContaining("2 channels");
            assertThatThrownBy(
                            () -> model.hidden(EncoderInput.of(Tensor.arange(4).unsqueeze(0))))
                    .isInstanceOf(ModelException.class);
        }
    }

    @Test
    void aTextIsWhatItsFirstEndTokenMakesOfIt() throws Exception {
        try (Scope scope = Scope.open();
                Clip model = (Clip) Models.create(json(CLIP), 1)) {
            Tensor one = model.textVector(EncoderInput.of(Tensor.of(new long[] {3, 5, 17, 19, 17}, 1, 5)));
            Tensor same = model.textVector(EncoderInput.of(Tensor.of(new long[] {3, 5, 17, 4, 4}, 1, 5)));
            Tensor other = model.textVector(EncoderInput.of(Tensor.of(new long[] {3, 6, 17, 4, 4}, 1, 5)));
            assertThat(one.sub(same).abs().max().item()).isLessThan(1e-6);
            assertThat(one.sub(other).abs().max().item()).isGreaterThan(1e-3);
            assertThat(one.square().sum().item()).isCloseTo(1, within(1e-5));
        }
        try (Scope scope = Scope.open();
                Clip historic =
                        (Clip) Models.create(json(CLIP.replace("\"eos_token_id\":17", "\"eos_token_id\":2")), 1)) {
            Tensor highest = historic.textVector(EncoderInput.of(Tensor.of(new long[] {2, 5, 19, 4}, 1, 4)));
            Tensor same = historic.textVector(EncoderInput.of(Tensor.of(new long[] {2, 5, 19, 7}, 1, 4)));
            assertThat(highest.sub(same).abs().max().item()).isLessThan(1e-6);
        }
    }

    /** The tokenizer's frame around a prompt is not a caption's. */
    @Test
    void aCaptionGoesOnFromItsPrompt() throws Exception {
        try (Scope scope = Scope.open();
                BlipCaptioning model = (BlipCaptioning) Models.create(
                        json(BLIP.formatted("BlipForConditionalGeneration")
                                .replace("\"vocab_size\":20", "\"vocab_size\":20,\"bos_token_id\":18")),
                        1)) {
            assertThat(model.opening(new int[] {7, 11, 12, 8})).containsExactly(18, 11, 12);
            assertThat(model.opening(new int[] {7})).containsExactly(18);
            assertThat(model.opening(new int[] {})).containsExactly(18);
        }
    }

    @ParameterizedTest
    @MethodSource("org.maliang.model.TinyEncoderDecoders#imageConfigs")
    void whatWritesAboutImagesLearnsWithDropout(ObjectNode config) {
        try (Scope scope = Scope.open()) {
            EncoderDecoder model = TinyEncoderDecoders.create(config);
            model.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
            Tensor labels = TinyEncoderDecoders.ids(new long[] {9, 12, 3, -100}, new long[] {30, 3, -100, -100});
            Tensor loss = model.loss(EncoderInput.ofImages(images(2, 3, 6, 6)).training(), labels);
            loss.backward();
            assertThat(loss.item()).isFinite().isPositive();
            model.parameters()
                    .forEach((name, parameter) -> assertThat(parameter.hasGrad()
                                    && parameter.grad().isFinite().all())
                            .as(name)
                            .isTrue());
        }
    }

    @Test
    void saysWhatItCannotSee() throws Exception {
        try (Scope scope = Scope.open();
                Clip model = (Clip) Models.create(json(CLIP), 1)) {
            assertThatThrownBy(() -> model.imageVector(EncoderInput.ofImages(images(1, 3, 9, 9))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("6 by 6");
        }
        assertThatThrownBy(() -> Models.create(json(BLIP.formatted("BlipForQuestionAnswering")), 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("BlipForImageTextRetrieval");
        assertThatThrownBy(() -> Models.create(json(VIT.replace("ViTModel", "ViTForMaskedImageModeling")), 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("ViTForImageClassification");
    }
}
