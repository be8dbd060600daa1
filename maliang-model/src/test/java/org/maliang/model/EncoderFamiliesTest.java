package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.head.Classifier;
import org.maliang.model.head.MaskedLm;
import org.maliang.model.head.QuestionAnswering;
import org.maliang.model.head.ReplacedTokenDetector;
import org.maliang.model.head.TaskModel;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** What all encoder families promise, at sizes the golden files do not have. */
class EncoderFamiliesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String LIKE_BERT = "\"vocab_size\":31,\"hidden_size\":15,\"num_hidden_layers\":2,"
            + "\"num_attention_heads\":3,\"intermediate_size\":22,\"max_position_embeddings\":14,"
            + "\"initializer_range\":0.3";
    private static final String LAYOUT = "\"vocab_size\":31,\"hidden_size\":24,\"num_hidden_layers\":2,"
            + "\"num_attention_heads\":3,\"intermediate_size\":22,\"max_position_embeddings\":14,"
            + "\"initializer_range\":0.3,\"coordinate_size\":4,\"shape_size\":4,\"input_size\":8,\"patch_size\":4,"
            + "\"max_2d_position_embeddings\":1001";

    /** Tiny configurations, by class name without what it is for. */
    private static final Map<String, String> FAMILIES = Map.of(
            "Bert", "\"model_type\":\"bert\"," + LIKE_BERT,
            "Roberta", "\"model_type\":\"roberta\"," + LIKE_BERT,
            "XLMRoberta", "\"model_type\":\"xlm-roberta\"," + LIKE_BERT,
            "Ernie", "\"model_type\":\"ernie\",\"use_task_id\":true," + LIKE_BERT,
            "Electra", "\"model_type\":\"electra\",\"embedding_size\":8," + LIKE_BERT,
            "MegatronBert", "\"model_type\":\"megatron-bert\"," + LIKE_BERT,
            "Albert",
                    "\"model_type\":\"albert\",\"embedding_size\":8,\"num_hidden_groups\":2,\"inner_group_num\":2,"
                            + LIKE_BERT.replace("layers\":2", "layers\":3"),
            "DistilBert",
                    "\"model_type\":\"distilbert\",\"vocab_size\":31,\"dim\":15,\"n_layers\":2,\"n_heads\":3,"
                            + "\"hidden_dim\":22,\"max_position_embeddings\":14,\"initializer_range\":0.3",
            "LayoutLMv3", "\"model_type\":\"layoutlmv3\"," + LAYOUT);

    private static final String[] TEXT_HEADS = {
        "Model",
        "ForMaskedLM",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
        "ForMultipleChoice",
        "ForPreTraining",
        "ForNextSentencePrediction"
    };

    static ObjectNode config(String architecture, String... more) throws Exception {
        String family = FAMILIES.keySet().stream()
                .filter(architecture::startsWith)
                .max(Comparator.comparingInt(String::length))
                .orElseThrow();
        ObjectNode config = (ObjectNode) JSON.readTree("{" + FAMILIES.get(family) + "}");
        config.putArray("architectures").add(architecture);
        for (String pair : more) {
            config.set(pair.split("=", 2)[0], JSON.readTree(pair.split("=", 2)[1]));
        }
        return config;
    }

    static Stream<String> architectures() {
        return FAMILIES.keySet().stream()
                .sorted()
                .flatMap(family -> Stream.of(TEXT_HEADS).map(head -> family + head))
                .filter(EncoderFamiliesTest::exists);
    }

    private static boolean exists(String name) {
        if (name.endsWith("ForPreTraining")) {
            return name.matches("(Bert|Ernie|Electra|MegatronBert|Albert).*");
        }
        if (name.endsWith("ForNextSentencePrediction")) {
            return name.matches("(Bert|Ernie|MegatronBert).*");
        }
        return !name.matches("LayoutLMv3(ForMaskedLM|ForMultipleChoice)");
    }

    private static EncoderInput input() {
        return EncoderInput.of(Tensor.of(new long[] {5, 9, 12, 7, 3, 8, 30, 2, 2, 6}, 2, 5));
    }

    private static Encoder encoder(Model model) {
        return model instanceof TaskModel task ? task.encoder() : (Encoder) model;
    }

    private static float[] hidden(Model model, EncoderInput input) {
        try (Scope scope = Scope.open()) {
            return encoder(model).hidden(input).toFloats();
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
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

    /** The model's own loss over chosen rows equals the plain one over all. */
    @Test
    void theLossOfMaskedWordsCountsLabelledPositionsOnly() throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("BertForMaskedLM"), 3)) {
            MaskedLm head = (MaskedLm) model;
            Tensor states = head.encoder().hidden(input());
            Tensor labels = Tensor.of(new long[] {-100, 9, -100, -100, 3, -100, -100, 2, -100, 6}, 2, 5);
            Tensor all = head.logits(states).logSoftmax(-1);
            double expected = 0;
            for (long[] place : new long[][] {{0, 1, 9}, {0, 4, 3}, {1, 2, 2}, {1, 4, 6}}) {
                expected -= all.select(0, place[0])
                                .select(0, place[1])
                                .select(0, place[2])
                                .item()
                        / 4;
            }
            assertThat(head.loss(states, labels).item()).isCloseTo(expected, within(1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, single_label_classification",
        "3, ''",
        "4, multi_label_classification",
        "1, regression",
        "1, ''",
        "3, regression"
    })
    void theLossBelongsToTheProblem(int labels, String problem) throws Exception {
        String given = problem.isEmpty() ? "null" : "\"" + problem + "\"";
        try (Scope scope = Scope.open();
                Model model = Models.create(
                        config("RobertaForSequenceClassification", "num_labels=" + labels, "problem_type=" + given),
                        3)) {
            Classifier head = (Classifier) model;
            double[] x = {0.3, -1.2, 2, 0.7, 0.1, -0.4, 1.5, 0.9};
            Tensor logits = Tensor.of(Arrays.copyOf(x, 2 * labels), 2, labels);
            if (labels == 3 && !problem.equals("regression")) {
                Tensor target = Tensor.of(new long[] {2, 0}, 2);
                Tensor expected = logits.logSoftmax(-1)
                        .gather(1, target.unsqueeze(1))
                        .mean()
                        .neg();
                assertThat(head.loss(logits, target).item()).isCloseTo(expected.item(), within(1e-6));
            } else if (labels == 4) {
                Tensor target = Tensor.of(new double[] {1, 0, 1, 1, 0, 0, 1, 0}, 2, 4);
                Tensor yes = logits.sigmoid();
                Tensor expected = target.mul(yes.log())
                        .add(target.neg().add(1).mul(yes.neg().add(1).log()))
                        .mean()
                        .neg();
                assertThat(head.loss(logits, target).item()).isCloseTo(expected.item(), within(1e-6));
            } else {
                double[] measured = Arrays.copyOf(new double[] {1, 2, 3, 4, 5, 6}, 2 * labels);
                Tensor target = labels == 1 ? Tensor.of(measured, 2) : Tensor.of(measured, 2, labels);
                double expected =
                        logits.flatten().sub(target.flatten()).square().mean().item();
                assertThat(head.loss(logits, target).item()).isCloseTo(expected, within(1e-6));
            }
        }
    }

    @Test
    void aPositionBehindTheTextIsNoAnswer() throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("BertForQuestionAnswering"), 3)) {
            QuestionAnswering head = (QuestionAnswering) model;
            QuestionAnswering.Span span = head.span(head.encoder().hidden(input()), input());
            double both = head.loss(span, Tensor.of(new long[] {1, 77}, 2), Tensor.of(new long[] {2, 2}, 2))
                    .item();
            double start =
                    -span.start().logSoftmax(-1).select(0, 0).select(0, 1).item();
            Tensor ends = span.end().logSoftmax(-1).select(1, 2); // [batch]
            assertThat(both).isCloseTo((start - ends.mean().item()) / 2, within(1e-5));
        }
    }

    @Test
    void replacedTokensCountWhereTheMaskShowsThem() throws Exception {
        try (Scope scope = Scope.open();
                Model model = Models.create(config("ElectraForPreTraining"), 3)) {
            ReplacedTokenDetector head = (ReplacedTokenDetector) model;
            Tensor logits = Tensor.of(new float[] {0.5f, -1, 2, 9, 9, 9}, 2, 3);
            Tensor replaced = Tensor.of(new long[] {1, 0, 1, 0, 0, 0}, 2, 3);
            EncoderInput input = EncoderInput.of(replaced).withMask(Tensor.of(new long[] {1, 1, 1, 0, 0, 0}, 2, 3));
            double expected = (Math.log1p(Math.exp(-0.5)) + Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(-2))) / 3;
            assertThat(head.loss(logits, input, replaced).item()).isCloseTo(expected, within(1e-6));
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
