package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.maliang.model.TinyEncoders.config;
import static org.maliang.model.TinyEncoders.encoder;
import static org.maliang.model.TinyEncoders.hidden;
import static org.maliang.model.TinyEncoders.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.head.MaskedLm;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** What all encoder families promise, at sizes the golden files do not have. */
class EncoderFamiliesTest {

    @ParameterizedTest
    @MethodSource("org.maliang.model.TinyEncoders#architectures")
    void savedAndLoadedItIsTheSame(String architecture, @TempDir Path dir) throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config(architecture), 1)) {
            Models.save(model, dir.resolve("m")).write();
            try (Model again = Models.load(dir.resolve("m"))) {
                assertThat(again).hasSameClassAs(model);
                assertThat(again.config()).isEqualTo(model.config());
                assertThat(again.parameters().keySet())
                        .containsExactlyElementsOf(model.parameters().keySet());
                assertThat(hidden(again, input())).isEqualTo(hidden(model, input()));
            }
        }
    }

    /** Padding to the right, and another text beside it, change nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BertModel",
                "RobertaModel",
                "ErnieModel",
                "ElectraModel",
                "AlbertModel",
                "DistilBertModel",
                "MegatronBertModel",
                "LayoutLMv3Model"
            })
    void paddingChangesNothing(String architecture) throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config(architecture), 2)) {
            int pad = model.config().padId().orElseThrow();
            Tensor ids = Tensor.of(new long[] {5, 9, 12, pad, pad, 8, 30, 2, 2, 6}, 2, 5);
            Tensor mask = Tensor.of(new long[] {1, 1, 1, 0, 0, 1, 1, 1, 1, 1}, 2, 5);
            Tensor padded = encoder(model).hidden(EncoderInput.of(ids).withMask(mask));
            Tensor alone = encoder(model).hidden(EncoderInput.of(Tensor.of(new long[] {5, 9, 12}, 1, 3)));
            assertThat(distance(padded.narrow(0, 0, 1).narrow(1, 0, 3), alone)).isLessThan(1e-5);
        }
    }

    private static double distance(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item();
    }

    @Test
    void aMaskOfPairsSaysTheSameAsOneOfKeys() throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("BertModel"), 2)) {
            Tensor keys = Tensor.of(new long[] {1, 1, 1, 1, 0, 1, 1, 1, 0, 0}, 2, 5);
            Tensor pairs = keys.unsqueeze(1).expand(2, 5, 5);
            Tensor a = encoder(model).hidden(input().withMask(keys));
            Tensor b = encoder(model).hidden(input().withMask(pairs));
            assertThat(distance(a, b)).isLessThan(1e-6);
            Tensor nobody = Tensor.zeros(DType.I64, 2, 5);
            assertThat(encoder(model)
                            .hidden(input().withMask(nobody))
                            .isFinite()
                            .all())
                    .isTrue();
        }
    }

    @Test
    void positionsAreCountedFromBehindThePaddingId() throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("RobertaModel", "pad_token_id=4"), 2)) {
            assertThat(model.config().contextLength()).isEqualTo(14 - 5);
            Tensor ids = Tensor.of(new long[] {4, 9, 12, 4, 7}, 1, 5);
            Tensor counted = encoder(model).hidden(EncoderInput.of(ids));
            Tensor given = encoder(model)
                    .hidden(EncoderInput.of(ids).withPositions(Tensor.of(new long[] {4, 5, 6, 4, 7}, 1, 5)));
            assertThat(distance(counted, given)).isZero();
        }
    }

    /** Old files: no prefix, LayerNorms of gamma and beta, buffers, the tied head once more, heads of other tasks. */
    @ParameterizedTest
    @ValueSource(strings = {"BertForMaskedLM", "ErnieForMaskedLM", "MegatronBertForMaskedLM"})
    void opensOldFiles(String architecture, @TempDir Path dir) throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config(architecture), 3)) {
            Map<String, Tensor> old = renamed(
                    model,
                    name -> name.replaceFirst("^(bert|ernie)\\.", "")
                            .replace("LayerNorm.weight", "LayerNorm.gamma")
                            .replace("LayerNorm.bias", "LayerNorm.beta"));
            old.put("embeddings.position_ids", Tensor.of(new long[14], 1, 14));
            old.put("cls.predictions.decoder.weight", old.get("embeddings.word_embeddings.weight"));
            old.put("cls.seq_relationship.weight", Tensor.zeros(DType.F32, 2, 15));
            old.put("pooler.dense.weight", Tensor.zeros(DType.F32, 15, 15));
            ModelDirectory.writer(dir.resolve("m"))
                    .config(model.config().toJson())
                    .weights(old, DType.F32)
                    .write();
            try (Model again = Models.load(dir.resolve("m"))) {
                assertThat(hidden(again, input())).isEqualTo(hidden(model, input()));
                assertThat(again.parameters().keySet())
                        .isEqualTo(model.parameters().keySet());
            }
        }
    }

    private static Map<String, Tensor> renamed(Model model, UnaryOperator<String> rename) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        model.parameters().forEach((name, tensor) -> tensors.put(rename.apply(name), tensor));
        return tensors;
    }

    @Test
    void anEncoderAloneOpensTheFileOfAModelWithAHead(@TempDir Path dir) throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("ElectraForPreTraining"), 3)) {
            Models.save(model, dir.resolve("m")).config(config("ElectraModel")).write();
            try (Model alone = Models.load(dir.resolve("m"))) {
                assertThat(alone).isInstanceOf(Encoder.class);
                assertThat(hidden(alone, input())).isEqualTo(hidden(model, input()));
            }
        }
    }

    @Test
    void headsThatAreNotTiedHaveWeightsOfTheirOwn(@TempDir Path dir) throws Exception {
        for (String family : new String[] {"Bert", "Roberta", "Albert", "Electra", "DistilBert"}) {
            try (Scope scope = Scope.open();
                    Model tied = Models.create(config(family + "ForMaskedLM"), 3);
                    Model free = Models.create(config(family + "ForMaskedLM", "tie_word_embeddings=false"), 3)) {
                assertThat(free.parameters())
                        .as(family)
                        .hasSize(tied.parameters().size() + 1);
                Models.save(free, dir.resolve(family)).write();
                try (Model again = Models.load(dir.resolve(family))) {
                    Tensor states = Tensor.ones(DType.F32, 2, 15);
                    assertThat(((MaskedLm) again).logits(states).toFloats())
                            .isEqualTo(((MaskedLm) free).logits(states).toFloats());
                }
            }
        }
    }

    @Test
    void albertSharesItsLayers() throws Exception {
        try (Scope scope = Scope.open();
                Model three = Models.create(config("AlbertModel"), 1);
                Model five = Models.create(config("AlbertModel", "num_hidden_layers=5"), 1)) {
            assertThat(five.parameterCount()).isEqualTo(three.parameterCount());
            assertThat(encoder(five).blocks()).hasSize(5);
            assertThat(encoder(three).blocks().get(0))
                    .isSameAs(encoder(three).blocks().get(1));
            assertThat(encoder(three).blocks().get(1))
                    .isNotSameAs(encoder(three).blocks().get(2));
        }
    }

    @Test
    void paddingStartsAtZeroAndLearnsNothingByBeingRead() throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("ErnieModel", "pad_token_id=5"), 3)) {
            Tensor words = model.parameters().get("embeddings.word_embeddings.weight");
            assertThat(words.select(0, 5).abs().max().item()).isZero();
            model.parameters().values().forEach(one -> one.requiresGrad(true));
            encoder(model).hidden(input()).square().sum().backward();
            assertThat(words.grad().select(0, 5).abs().max().item()).isZero();
            assertThat(words.grad().select(0, 9).abs().max().item()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BertModel", "DistilBertModel", "AlbertModel", "MegatronBertModel", "LayoutLMv3Model"})
    void dropoutIsOnOnlyWhileTraining(String architecture) throws Exception {
        String key = architecture.startsWith("Distil") ? "attention_dropout" : "attention_probs_dropout_prob";
        try (Scope scope = Scope.open();
                Model model = Models.create(config(architecture, key + "=0.5"), 3)) {
            assertThat(hidden(model, input())).isEqualTo(hidden(model, input()));
            assertThat(hidden(model, input().training())).isNotEqualTo(hidden(model, input()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BertModel | is_decoder=true | is_decoder",
                "BertModel | add_cross_attention=true | add_cross_attention",
                "BertModel | pruned_heads={\"0\":[1]} | pruned_heads",
                "BertModel | hidden_size=16 | number of heads 3",
                "BertModel | position_embedding_type=\"rotary\" | relative_key_query",
                "BertForMaskedLM | hidden_act=\"maxout\" | gelu",
                "BertForQuestionAnswering | num_labels=3 | start and end",
                "BertForSequenceClassification | problem_type=\"ranking\" | regression",
                "BertLMHeadModel | vocab_size=31 | BertForMaskedLM",
                "RobertaForCausalLM | vocab_size=31 | RobertaForMaskedLM",
                "RobertaModel | pad_token_id=null | pad_token_id",
                "RobertaModel | pad_token_id=13 | pad_token_id",
                "ElectraForMultipleChoice | summary_type=\"mean\" | summary_type",
                "AlbertModel | num_hidden_groups=4 | num_hidden_groups",
                "LayoutLMv3Model | coordinate_size=5 | coordinate_size",
                "LayoutLMv3Model | max_rel_pos=2000000000 | distances",
                "LayoutLMv3Model | text_embed=false | text_embed"
            })
    void saysWhatItCannotBuild(String architecture, String change, String reason) throws Exception {
        ObjectNode config = config(architecture, change);
        assertThatThrownBy(() -> Models.create(config, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesWhatItDoesNotRead() throws Exception {
        try (Scope scope = Scope.open();
                Model distil = Models.create(config("DistilBertModel"), 1);
                Model bert = Models.create(config("BertModel"), 1)) {
            Tensor zeros = Tensor.zeros(DType.I64, 2, 5);
            assertThatThrownBy(() -> hidden(distil, input().withTypes(zeros))).hasMessageContaining("segments");
            assertThatThrownBy(() -> hidden(bert, input().withTasks(zeros))).hasMessageContaining("task ids");
            assertThatThrownBy(() -> hidden(bert, EncoderInput.of(Tensor.zeros(DType.I64, 1, 15))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("14");
        }
    }
}
