package org.maliang.model.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.Models;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class Gpt2Test {

    static JsonNode config(String... more) throws Exception {
        String json =
                "{\"model_type\":\"gpt2\",\"vocab_size\":40,\"n_positions\":16,\"n_embd\":12,\"n_layer\":2,\"n_head\":3,"
                        + "\"bos_token_id\":0,\"eos_token_id\":0}";
        ObjectNode node = (ObjectNode) new ObjectMapper().readTree(json);
        for (String pair : more) {
            node.set(pair.split("=")[0], new ObjectMapper().readTree(pair.split("=")[1]));
        }
        return node;
    }

    /** The sizes published for the families that share this shape. */
    @Test
    void countsParametersAsPublished() throws Exception {
        try (Decoder model = Models.decoder(config(), 1)) {
            long hidden = 12;
            assertThat(model.parameterCount())
                    .isEqualTo(40 * hidden + 16 * hidden + 2 * (12 * hidden * hidden + 13 * hidden) + 2 * hidden);
        }
    }

    @Test
    void sameSeedGivesTheSameModel() throws Exception {
        try (Decoder a = Models.decoder(config(), 1);
                Decoder b = Models.decoder(config(), 1);
                Decoder c = Models.decoder(config(), 2)) {
            String name = "transformer.h.1.mlp.c_fc.weight";
            assertThat(a.parameters().get(name).toFloats())
                    .isEqualTo(b.parameters().get(name).toFloats())
                    .isNotEqualTo(c.parameters().get(name).toFloats());
        }
    }

    @Test
    void narrowsTheProjectionsOntoTheResidualStream() throws Exception {
        try (Decoder model = Models.decoder(config("n_embd=192"), 1);
                Scope scope = Scope.open()) {
            Tensor up = model.parameters().get("transformer.h.0.mlp.c_fc.weight");
            Tensor down = model.parameters().get("transformer.h.0.mlp.c_proj.weight");
            assertThat(up.square().mean().item()).isBetween(0.0196 * 0.0196, 0.0204 * 0.0204);
            assertThat(down.square().mean().item()).isBetween(0.0098 * 0.0098, 0.0102 * 0.0102);
        }
    }

    @Test
    void savedAndLoadedItIsTheSame(@TempDir Path dir) throws Exception {
        try (Decoder model = Models.decoder(config("tie_word_embeddings=false"), 1)) {
            Models.save(model, dir.resolve("m")).write();
            try (Decoder again = Models.decoder(dir.resolve("m"))) {
                assertThat(again.config()).isEqualTo(model.config());
                assertThat(again.parameters().keySet())
                        .containsExactlyElementsOf(model.parameters().keySet());
                model.parameters()
                        .forEach((name, tensor) -> assertThat(
                                        again.parameters().get(name).toFloats())
                                .as(name)
                                .isEqualTo(tensor.toFloats()));
            }
        }
    }

    @Test
    void refusesWeightsOfAnotherShape(@TempDir Path dir) throws Exception {
        try (Decoder model = Models.decoder(config(), 1)) {
            Models.save(model, dir.resolve("m")).config(config("n_layer=3")).write();
            assertThatThrownBy(() -> Models.decoder(dir.resolve("m")))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("transformer.h.2.ln_1.weight");
            Models.save(model, dir.resolve("m")).config(config("n_layer=1")).write();
            assertThatThrownBy(() -> Models.decoder(dir.resolve("m")))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("transformer.h.1");
            Models.save(model, dir.resolve("m")).config(config("vocab_size=41")).write();
            assertThatThrownBy(() -> Models.decoder(dir.resolve("m")))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("[40, 12]");
        }
    }

    @Test
    void saysWhatIsWrongWithAConfiguration() throws Exception {
        assertThatThrownBy(() -> Models.decoder(config("n_embd=-1"), 1)).hasMessageContaining("n_embd");
        assertThatThrownBy(() -> Models.decoder(config("n_head=5"), 1)).hasMessageContaining("n_head 5");
        assertThatThrownBy(() -> Models.decoder(config("activation_function=\"mish2\""), 1))
                .hasMessageContaining("gelu_new");
        assertThatThrownBy(() -> Models.decoder(config("model_type=\"xyz\""), 1))
                .hasMessageContaining("xyz");
    }

    @Test
    void dropoutIsOnOnlyWhileTraining() throws Exception {
        try (Decoder model = Models.decoder(config("attn_pdrop=0.5"), 1);
                Scope scope = Scope.open()) {
            Input input = Input.of(Tensor.of(new long[] {1, 2, 3, 4, 5, 6}, 2, 3));
            float[] plain = model.hidden(input).toFloats();
            assertThat(model.hidden(input).toFloats()).isEqualTo(plain);
            assertThat(model.hidden(input.training()).toFloats()).isNotEqualTo(plain);
        }
    }

    @Test
    void refusesTextLongerThanTheContext() throws Exception {
        try (Decoder model = Models.decoder(config(), 1);
                Scope scope = Scope.open()) {
            assertThatThrownBy(() -> model.hidden(Input.of(Tensor.of(new long[17], 1, 17))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("16");
        }
    }
}
