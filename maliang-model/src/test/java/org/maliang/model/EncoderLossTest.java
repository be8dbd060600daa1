package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.maliang.model.TinyEncoders.config;
import static org.maliang.model.TinyEncoders.input;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.model.head.Classifier;
import org.maliang.model.head.MaskedLm;
import org.maliang.model.head.QuestionAnswering;
import org.maliang.model.head.ReplacedTokenDetector;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** What the heads of encoders count as a loss, against plain formulas. */
class EncoderLossTest {

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
}
