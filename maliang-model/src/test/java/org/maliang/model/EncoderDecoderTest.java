package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.maliang.model.TinyEncoderDecoders.ids;
import static org.maliang.model.TinyEncoderDecoders.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.head.EncoderDecoderClassifier;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** What holds for encoder-decoders of all families. */
class EncoderDecoderTest {

    private static final long[] SHORT = {11, 23, 5, 42, 3};
    private static final long[] LONG = {8, 31, 31, 17, 29, 44, 12, 3};
    private static final long[] TARGET = {6, 19, 33, 20};

    @TempDir
    Path directory;

    static Stream<ObjectNode> configs() {
        return TinyEncoderDecoders.configs();
    }

    private static float[] logits(EncoderDecoder model, EncoderInput source, Tensor target) {
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            return model.scores(Input.of(target), model.remember(source), target.size(1))
                    .toFloats();
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void isTheSameAfterSavingAndLoading(ObjectNode config) {
        try (Scope scope = Scope.open()) {
            EncoderDecoder model = TinyEncoderDecoders.create(config);
            Models.save(model, directory.resolve("model")).write();
            EncoderDecoder loaded = (EncoderDecoder) Models.load(directory.resolve("model"));
            assertThat(loaded.config()).isEqualTo(model.config());
            assertThat(loaded.parameters().keySet())
                    .isEqualTo(model.parameters().keySet());
            EncoderInput source = EncoderInput.of(ids(LONG));
            assertThat(logits(loaded, source, ids(TARGET))).isEqualTo(logits(model, source, ids(TARGET)));
            ModelInfo info = Models.info(directory.resolve("model"));
            assertThat(info.config()).isEqualTo(model.config());
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void paddingChangesNothing(ObjectNode config) {
        try (Scope scope = Scope.open()) {
            EncoderDecoder model = TinyEncoderDecoders.create(config);
            Tensor sources = ids(LONG, Arrays.copyOf(SHORT, LONG.length));
            Tensor mask = ids(new long[] {1, 1, 1, 1, 1, 1, 1, 1}, new long[] {1, 1, 1, 1, 1, 0, 0, 0});
            float[] both = logits(model, EncoderInput.of(sources).withMask(mask), ids(TARGET, TARGET));
            float[] first = logits(model, EncoderInput.of(ids(LONG)), ids(TARGET));
            float[] second = logits(model, EncoderInput.of(ids(SHORT)), ids(TARGET));
            assertThat(Arrays.copyOf(both, first.length)).containsExactly(first, within(2e-4f));
            assertThat(Arrays.copyOfRange(both, first.length, both.length)).containsExactly(second, within(2e-4f));
            assertThat(first).isNotEqualTo(second);
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void aTargetSeesNothingThatFollows(ObjectNode config) {
        try (Scope scope = Scope.open()) {
            EncoderDecoder model = TinyEncoderDecoders.create(config);
            EncoderInput source = EncoderInput.of(ids(LONG));
            float[] plain = logits(model, source, ids(TARGET));
            long[] other = TARGET.clone();
            other[3] = 47;
            float[] changed = logits(model, source, ids(other));
            int before = 3 * TinyEncoderDecoders.VOCABULARY;
            assertThat(Arrays.copyOf(changed, before)).containsExactly(Arrays.copyOf(plain, before), within(1e-5f));
            assertThat(changed).isNotEqualTo(plain);
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void learnsWithDropout(ObjectNode config) {
        try (Scope scope = Scope.open()) {
            EncoderDecoder model = TinyEncoderDecoders.create(config);
            model.parameters().values().forEach(parameter -> parameter.requiresGrad(true));
            Tensor labels = ids(new long[] {9, 12, 3, -100});
            Tensor loss = model.loss(EncoderInput.of(ids(LONG)).training(), labels);
            assertThat(loss.item()).isFinite().isPositive();
            loss.backward();
            model.parameters().forEach((name, parameter) -> {
                boolean understands = name.startsWith("cls.") || name.startsWith("bert.pooler.");
                boolean dropped = name.contains("encoder.layers.") && config.has("encoder_layerdrop");
                assertThat(parameter.hasGrad() || understands || dropped)
                        .as(name)
                        .isTrue();
                if (parameter.hasGrad()) {
                    assertThat(parameter.grad().isFinite().all()).as(name).isTrue();
                }
            });
            assertThat(model.fixed())
                    .allSatisfy((name, fixed) -> assertThat(fixed.hasGrad()).isFalse());
        }
    }

    @Test
    void labelsMoveOnByOne() {
        try (Scope scope = Scope.open()) {
            EncoderDecoder t5 = TinyEncoderDecoders.create(configs().findFirst().orElseThrow());
            long[] labels = {9, 12, 3, -100};
            assertThat(t5.target(ids(labels)).ids().toLongs()).containsExactly(0, 9, 12, 3);
            EncoderDecoder mbart = TinyEncoderDecoders.create(configs()
                    .filter(config -> config.path("model_type").asText().equals("mbart"))
                    .findFirst()
                    .orElseThrow());
            long[] ending = {9, 12, 2, 40, -100, -100}; // a language at the end, then padding
            assertThat(mbart.target(ids(ending)).ids().toLongs()).containsExactly(40, 9, 12, 2, 40, 1);
        }
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        try (Scope scope = Scope.open()) {
            EncoderDecoder bart = TinyEncoderDecoders.create(configs()
                    .filter(config -> config.path("model_type").asText().equals("bart"))
                    .findFirst()
                    .orElseThrow());
            Tensor far = Tensor.zeros(DType.I64, 1, 31);
            assertThatThrownBy(() -> bart.remember(EncoderInput.of(far))).hasMessageContaining("31 tokens");
            assertThatThrownBy(() -> bart.hidden(Input.of(far), bart.remember(EncoderInput.of(ids(SHORT)))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("31 tokens, the model reads 30");
            EncoderDecoder t5 = TinyEncoderDecoders.create(configs().findFirst().orElseThrow());
            assertThat(logits(t5, EncoderInput.of(Tensor.zeros(DType.I64, 1, 600)), ids(TARGET)))
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model_type':'t5','architectures':['T5ForQuestionAnswering']}",
                "{'model_type':'bart','architectures':['BartForCausalLM']}",
                "{'model_type':'bart','normalize_before':true}",
                "{'model_type':'plug','pre_ln':false}"
            })
    void whatIsNotSupportedIsRefusedByName(String config) {
        assertThatThrownBy(() -> Models.create(json(config), 0))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("not supported");
    }

    @Test
    void aClassifierReadsTheLastEnd() {
        String shape = "'d_model':16,'encoder_layers':1,'encoder_attention_heads':2,'encoder_ffn_dim':20,"
                + "'decoder_layers':1,'decoder_attention_heads':2,'decoder_ffn_dim':24,'init_std':0.3,"
                + "'max_position_embeddings':30";
        ObjectNode config =
                json("{'model_type':'bart','architectures':['BartForSequenceClassification'],'num_labels':2," + shape
                        + ",'problem_type':'multi_label_classification'}");
        try (Scope scope = Scope.open()) {
            Model made = Models.create(config, 3);
            Models.save(made, directory.resolve("classifier")).write();
            EncoderDecoderClassifier model = (EncoderDecoderClassifier) Models.load(directory.resolve("classifier"));
            assertThat(model.config()).isEqualTo(made.config());
            Tensor padded = ids(new long[] {0, 7, 9, 2, 1, 1}, new long[] {0, 7, 9, 11, 30, 2});
            Tensor mask = ids(new long[] {1, 1, 1, 1, 0, 0}, new long[] {1, 1, 1, 1, 1, 1});
            Tensor logits = model.logits(EncoderInput.of(padded).withMask(mask)); // [2, 2]
            Tensor alone = model.logits(EncoderInput.of(ids(new long[] {0, 7, 9, 2}))); // [1, 2]
            assertThat(Arrays.copyOf(logits.toFloats(), 2)).containsExactly(alone.toFloats(), within(1e-5f));
            Tensor answers = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
            assertThat(model.loss(logits, answers).item()).isPositive();
            assertThatThrownBy(() ->
                            model.logits(EncoderInput.of(ids(new long[] {0, 7, 2, 2}, new long[] {0, 7, 9, 2}))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("same number");
        }
    }

    @Test
    void theEncoderOfAT5StandsAlone() {
        ObjectNode config = json("{'model_type':'t5','d_model':18,'d_kv':5,'num_heads':3,'d_ff':20,'num_layers':2}");
        try (Scope scope = Scope.open()) {
            EncoderDecoder both = TinyEncoderDecoders.create(config);
            Models.save(both, directory.resolve("both")).write();
            ObjectNode reading = both.config().toJson();
            reading.putArray("architectures").add("T5EncoderModel");
            Encoder alone =
                    (Encoder) Models.load(ModelDirectory.open(directory.resolve("both")), reading, Placement.CPU);
            EncoderInput input = EncoderInput.of(ids(SHORT));
            assertThat(alone.hidden(input).toFloats())
                    .isEqualTo(both.encoder().hidden(input).toFloats());
            assertThat(alone.parameterCount()).isLessThan(both.parameterCount());
        }
    }
}
