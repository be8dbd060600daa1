package org.maliang.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
}
