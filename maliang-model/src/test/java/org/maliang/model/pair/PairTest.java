package org.maliang.model.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.ModelException;
import org.maliang.model.Models;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Generator;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** An encoder of images and a decoder put together. */
class PairTest {

    private static ObjectNode config() {
        return TinyEncoderDecoders.imageConfigs().skip(1).findFirst().orElseThrow();
    }

    private static Tensor target() {
        return TinyEncoderDecoders.ids(new long[] {9, 41, 17});
    }

    private static float[] logits(Pair model) {
        Tensor image = Generator.of(7).normal(new long[] {1, 3, 6, 6}, 0, 1);
        Tensor hidden = model.hidden(Input.of(target()), model.remember(EncoderInput.ofImages(image)));
        return model.logits(hidden).toFloats();
    }

    /** Old files hold causal masks as buffers, others a pooler or a copy of the tied head. */
    @Test
    void filesMayHoldMore(@TempDir Path directory) {
        try (Scope scope = Scope.open()) {
            Pair model = (Pair) TinyEncoderDecoders.create(config());
            Map<String, Tensor> stored = new LinkedHashMap<>(model.parameters());
            stored.put("encoder.pooler.dense.weight", Tensor.zeros(DType.F32, 15, 15));
            stored.put("decoder.transformer.h.0.attn.bias", Tensor.zeros(DType.F32, 1, 1, 30, 30));
            stored.put("decoder.transformer.h.0.crossattention.bias", Tensor.zeros(DType.F32, 1, 1, 30, 30));
            stored.put("decoder.transformer.h.1.crossattention.masked_bias", Tensor.zeros(DType.F32, 1));
            stored.put("decoder.lm_head.weight", stored.get("decoder.transformer.wte.weight"));
            ModelDirectory.writer(directory.resolve("m"))
                    .config(model.config().toJson())
                    .weights(stored, DType.F32)
                    .write();
            Pair again = (Pair) Models.load(directory.resolve("m"));
            assertThat(again.config()).isEqualTo(model.config());
            assertThat(again.parameters().keySet()).isEqualTo(model.parameters().keySet());
            assertThat(logits(again)).isEqualTo(logits(model));
        }
    }

    @Test
    void vectorsOfOneSizeNeedNoProjection() {
        try (Scope scope = Scope.open()) {
            assertThat(TinyEncoderDecoders.create(config()).parameters()).containsKey("enc_to_dec_proj.weight");
            ObjectNode same = config();
            same.withObject("encoder").put("hidden_size", 12);
            assertThat(TinyEncoderDecoders.create(same).parameters().keySet())
                    .contains("decoder.transformer.h.1.crossattention.q_attn.weight")
                    .noneMatch(name -> name.startsWith("enc_to_dec_proj"));
        }
    }

    @Test
    void tokensThatThePairDoesNotNameAreTheDecoders() {
        try (Scope scope = Scope.open()) {
            assertThat(TinyEncoderDecoders.create(config()).config().eosId()).hasValue(3);
            assertThat(TinyEncoderDecoders.create(config().put("eos_token_id", 4))
                            .config()
                            .eosId())
                    .hasValue(4);
        }
    }

    /** A decoder that may look at a source goes on without one. */
    @Test
    void aDecoderStandsAlone() {
        try (Scope scope = Scope.open()) {
            Decoder alone = Models.decoder(config().path("decoder"), 3);
            float[] before = alone.logits(alone.hidden(Input.of(target()))).toFloats();
            alone.parameters().forEach((name, parameter) -> {
                if (name.contains("cross")) {
                    parameter.zeroInPlace();
                }
            });
            assertThat(alone.logits(alone.hidden(Input.of(target()))).toFloats())
                    .isEqualTo(before);
            assertThat(Models.create(alone.config().toJson(), 3).parameters().keySet())
                    .isEqualTo(alone.parameters().keySet());
        }
    }

    @Test
    void saysWhatDoesNotMakeAPair() {
        ObjectNode blind = config();
        blind.withObject("decoder").put("add_cross_attention", false);
        assertThatThrownBy(() -> Models.create(blind, 0))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("add_cross_attention");
        ObjectNode swin = config();
        swin.withObject("encoder").put("model_type", "swin");
        assertThatThrownBy(() -> Models.create(swin, 0))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("\"swin\" of the encoder is not supported; supported: [vit]");
        ObjectNode startless = config();
        startless.remove("decoder_start_token_id");
        assertThatThrownBy(() -> Models.create(startless, 0))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("decoder_start_token_id");
        ObjectNode other = config();
        other.putArray("architectures").add("SpeechEncoderDecoderModel");
        assertThatThrownBy(() -> Models.create(other, 0))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("VisionEncoderDecoderModel");
        assertThatThrownBy(() -> Models.create(config().put("encoder", 3), 0))
                .isInstanceOf(UnsupportedModelException.class);
    }
}
