package org.maliang.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.maliang.model.UnsupportedModelException;

class PipelinesTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "BertForMaskedLM,fill-mask",
        "BertForPreTraining,fill-mask",
        "BertForSequenceClassification,text-classification",
        "BertForTokenClassification,token-classification",
        "BertForQuestionAnswering,question-answering",
        "BertModel,sentence-embedding",
    })
    void theHeadTellsTheTask(String architecture, String task) throws IOException {
        Path place = Characters.bert(directory, architecture);
        try (Pipeline<?, ?> pipeline = Pipelines.of(place)) {
            assertThat(pipeline.task()).isEqualTo(Task.of(task));
        }
        Files.writeString(place.resolve("configuration.json"), "{\"task\": \"word-segmentation\"}");
        assertThat(Pipelines.task(place)).isEqualTo(Task.WORD_SEGMENTATION);
        Files.writeString(place.resolve("configuration.json"), "{\"task\": \"image-captioning\"}");
        assertThatThrownBy(() -> Pipelines.of(place))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("reader of image files");
    }

    @Test
    void aModelWithoutUseIsRefused() {
        assertThatThrownBy(() -> Pipelines.of(Characters.bert(directory, "BertForMultipleChoice")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("BertForMultipleChoice");
    }

    @Test
    void namesAreThoseOfModelScope() {
        assertThat(Arrays.stream(Task.values()).map(Task::id))
                .doesNotHaveDuplicates()
                .hasSize(42);
        for (Task task : Task.values()) {
            assertThat(Task.of(task.id())).isSameAs(task);
        }
        assertThatThrownBy(() -> Task.of("fillmask"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nearest is \"fill-mask\"");
    }

    /** There is a pipeline for every task of which nothing is missing, and for no other. */
    @ParameterizedTest
    @EnumSource
    void everyTaskHasAPipelineOrSaysWhatIsMissing(Task task) {
        var refused = assertThatThrownBy(() -> Pipelines.of(task, directory)); // without a model
        if (task.missing().isPresent()) {
            refused.isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining(task.missing().orElseThrow());
        } else {
            refused.message().doesNotContain("there is no pipeline");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"FILL_MASK", "NLI", "NAMED_ENTITY_RECOGNITION", "WORD_SEGMENTATION", "ZERO_SHOT_CLASSIFICATION"})
    void headsMustSuit(Task task) {
        Path place = Characters.bert(directory, "BertForQuestionAnswering");
        assertThatThrownBy(() -> Pipelines.of(task, place))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(task.id());
    }

    /** What a pipeline says of its input is what it takes, and of its output what it makes. */
    @ParameterizedTest
    @CsvSource({
        "BertForMaskedLM,fill-mask",
        "BertForSequenceClassification,text-classification",
        "BertForSequenceClassification,nli",
        "BertForSequenceClassification,zero-shot-classification",
        "BertForSequenceClassification,text-ranking",
        "BertForTokenClassification,named-entity-recognition",
        "BertForTokenClassification,word-segmentation",
        "BertForQuestionAnswering,question-answering",
        "BertModel,sentence-embedding",
        "BertModel,feature-extraction",
        "BertModel,text-ranking",
    })
    void signaturesHold(String architecture, String task) {
        String[] labels =
                architecture.endsWith("QuestionAnswering") ? new String[0] : new String[] {"no", "entailment"};
        Path place = Characters.bert(directory, architecture, labels);
        try (Pipeline<?, ?> pipeline = Pipelines.of(Task.of(task), place)) {
            requireHonest(pipeline);
            assertThat(pipeline.contextLength()).isEqualTo(24);
            assertThat(pipeline.tokenizer().vocabularySize()).isEqualTo(Characters.SIZE);
        }
    }

    static void requireHonest(Pipeline<?, ?> pipeline) {
        Signature signature = pipeline.signature();
        List<String> made = new ArrayList<>();
        pipeline.call(signature.example()).json().fieldNames().forEachRemaining(made::add);
        assertThat(made).isNotEmpty().isSubsetOf(signature.outputs());
        assertThat(signature.names())
                .containsAll(signature.needed().stream().flatMap(List::stream).toList());
        for (List<String> group : signature.needed()) {
            Map<String, Object> rest = new HashMap<>(signature.example());
            assertThat(rest.remove(group.get(0))).isNotNull();
            assertThat(wrong(pipeline, rest)).isEqualTo(group.get(0));
        }
        for (Signature.Key key : signature.inputs()) {
            Map<String, Object> changed = new HashMap<>(signature.example());
            signature.needed().stream()
                    .filter(group -> group.contains(key.name()))
                    .forEach(group -> changed.keySet().removeAll(group));
            changed.put(key.name(), 7);
            assertThat(wrong(pipeline, changed)).isEqualTo(key.name());
        }
        Map<String, Object> more = new HashMap<>(signature.example());
        more.put("other", 1);
        assertThat(wrong(pipeline, more)).isEqualTo("other");
        if (signature.takesText()) {
            assertThat(pipeline.input("春")).isNotNull();
        } else {
            assertThatThrownBy(() -> pipeline.input("春")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String wrong(Pipeline<?, ?> pipeline, Map<String, Object> fields) {
        return catchThrowableOfType(InputException.class, () -> pipeline.input(fields))
                .key();
    }
}
