package org.maliang.model.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maliang.checkpoint.Fixtures;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

class ParityTest {

    @TempDir
    static Path temporary;

    private static Path directory = Path.of("");
    private static ObjectNode whole = SelfMadeGolden.empty();
    private static int threads;

    private ObjectNode golden = SelfMadeGolden.empty();

    @BeforeAll
    static void make() throws Exception {
        threads = Threads.threads();
        Threads.threads(1); // models this small wait for each other's threads
        directory = temporary.resolve("tiny");
        whole = SelfMadeGolden.create(directory);
    }

    @AfterAll
    static void restoreThreads() {
        Threads.threads(threads);
    }

    @BeforeEach
    void copy() throws Exception {
        golden = whole.deepCopy();
        Files.deleteIfExists(directory.resolve("golden.json"));
    }

    private ParityReport run() throws Exception {
        Files.writeString(directory.resolve("golden.json"), golden.toString());
        return Parity.run(directory);
    }

    private static List<String> failures(ParityReport report) {
        return report.cases().stream()
                .filter(row -> !row.ok())
                .map(ParityReport.Case::name)
                .toList();
    }

    @Test
    void gpt2EqualsTheReferenceImplementation() {
        long before = Tensor.liveCount();
        ParityReport report = Parity.run(Fixtures.folder("gpt2"));
        assertThat(report.cases())
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(row.ok()).as(row.toString()).isTrue());
        assertThat(report.ok()).isTrue();
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void aModelEqualsItself() throws Exception {
        ParityReport report = run();
        assertThat(report.ok()).as(report.toString()).isTrue();
        assertThat(report.cases())
                .extracting(ParityReport.Case::name)
                .contains("forward/padded/hidden_states.2", "training/lm/grads/" + SelfMadeGolden.GRADIENT)
                .doesNotHaveDuplicates();
    }

    /** Each number is moved to just beyond its tolerance: that case must fail, and no other. */
    @ParameterizedTest
    @CsvSource({
        "/forward/0/outputs/logits/data/70, 1, 1.1e-4, forward/basic/logits",
        "/forward/0/outputs/hidden_states.1/data/0, 1, -1.1e-4, forward/basic/hidden_states.1",
        "/forward/1/outputs/logits/data/65, 1, 1.1e-4, forward/padded/logits",
        "/generation/0/sequences/data/3, 1, 1, generation/greedy/sequences",
        "/generation/1/sequences/data/5, 1, 1, generation/beams/sequences",
        "/generation/1/sequences_scores/data/1, 1, 1.1e-4, generation/beams/sequences_scores",
        "/training/0/loss, 1.00002, 0, training/lm/loss",
        "/training/0/grad_norms/transformer.wte.weight, 1.002, 0, training/lm/grad_norms",
        "/training/0/grad_norm_total, 0.998, 0, training/lm/grad_norm_total",
        "/training/0/grads/transformer.h.0.attn.c_proj.weight/data/7, 1.002, 1.2e-5, training/lm/grads/"
                + SelfMadeGolden.GRADIENT,
        "/training/0/sgd/losses/2, 1, 2e-5, training/lm/sgd",
    })
    void noticesASpoiltNumber(String place, double factor, double more, String name) throws Exception {
        JsonPointer pointer = JsonPointer.compile(place);
        JsonNode parent = golden.at(pointer.head());
        DoubleNode spoilt = DoubleNode.valueOf(golden.at(pointer).doubleValue() * factor + more);
        if (parent instanceof ArrayNode list) {
            list.set(pointer.last().getMatchingIndex(), spoilt);
        } else {
            ((ObjectNode) parent).set(pointer.last().getMatchingProperty(), spoilt);
        }
        ParityReport report = run();
        assertThat(failures(report)).containsExactly(name);
        assertThat(report.ok()).isFalse();
        assertThat(report.toJson().path("ok").asBoolean(true)).isFalse();
    }

    @Test
    void ignoresWhatStandsAtPadding() throws Exception {
        ArrayNode logits = (ArrayNode) golden.at("/forward/1/outputs/logits/data");
        assertThat(logits).hasSize(2 * 4 * 11);
        logits.set(6 * 11, DoubleNode.valueOf(1e9)); // row 1, position 2: padding
        assertThat(run().ok()).isTrue();
    }

    @Test
    void aNumberThatIsNotOneNeverPasses() {
        assertThat(new Deviation(Tolerance.OUTPUT)
                        .compare("x", List.of(1.0, 2.0), List.of(Double.NaN, 2.0), i -> "")
                        .ok())
                .isFalse();
        assertThat(new Deviation(Tolerance.OUTPUT)
                        .compare("x", List.of(), List.of(), i -> "")
                        .ok())
                .isFalse();
    }

    @Test
    void aCaseThatCannotBeRunFailsAlone() throws Exception {
        ((ObjectNode) golden.at("/forward/0/inputs")).set("token_type_ids", golden.at("/forward/0/inputs/input_ids"));
        ((ObjectNode) golden.at("/generation/0/kwargs")).put("penalty_alpha", 0.6);
        ((ObjectNode) golden.at("/generation/1/kwargs")).put("do_sample", true);
        ((ObjectNode) golden.at("/training/0/grad_norms")).put("transformer.h.9.weight", 1);
        ParityReport report = run();
        assertThat(failures(report))
                .containsExactly("forward/basic", "generation/greedy", "generation/beams", "training/lm");
        assertThat(report.cases().get(0).note()).contains("token_type_ids");
        assertThat(report.toJson().at("/cases/0/max_abs").isNull()).isTrue();
    }

    @Test
    void aSequenceOfAnotherLengthFails() throws Exception {
        ((ObjectNode) golden.at("/generation/0/kwargs")).put("max_new_tokens", 2);
        ParityReport report = run();
        assertThat(failures(report)).containsExactly("generation/greedy/sequences");
        assertThat(report.cases().toString()).contains("shape [2, 4] instead of [2, 5]");
    }

    @Test
    void overridesChangeTheConfigurationOnly() throws Exception {
        ((ObjectNode) golden.at("/forward/0")).putObject("config_overrides").put("scale_attn_weights", false);
        assertThat(failures(run())).contains("forward/basic/logits").doesNotContain("forward/padded/logits");
    }

    @Test
    void saysWhatADirectoryLacks() throws Exception {
        assertThatThrownBy(() -> Parity.run(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tiny has no golden.json");
        golden.put("model_class", "GPT2ForTokenClassification");
        assertThatThrownBy(this::run)
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("tiny: ")
                .hasMessageContaining("GPT2ForTokenClassification");
        golden.put("model_class", "GPT2LMHeadModel").put("format", "hf-golden/9");
        assertThatThrownBy(this::run).hasMessageContaining("golden.json").hasMessageContaining("hf-golden/9");
        golden.put("format", "hf-golden/1");
        ((ObjectNode) golden.at("/training/0/sgd")).remove("lr");
        assertThatThrownBy(this::run).hasMessageContaining("golden.json: training[0].sgd lacks \"lr\"");
    }
}
