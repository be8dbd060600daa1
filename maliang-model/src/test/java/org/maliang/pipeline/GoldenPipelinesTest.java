package org.maliang.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.checkpoint.Fixtures;

/** Pipelines against the outputs of the reference implementation: texts that spell the ids of its inputs. */
class GoldenPipelinesTest {

    private static final double CLOSE = 1e-4;

    @TempDir
    Path directory;

    /** A fixture's model with a tokenizer of single characters. */
    private Path model(String name) throws IOException {
        Path fixture = Fixtures.folder(name);
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(fixture.resolve(file), directory.resolve(file));
        }
        int size = new ObjectMapper()
                .readTree(fixture.resolve("config.json").toFile())
                .path("vocab_size")
                .asInt();
        Characters.bare(directory, size);
        return directory;
    }

    /** The cases that say nothing of segments. */
    private static List<JsonNode> cases(String name) throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Fixtures.folder(name).resolve("golden.json").toFile());
        return StreamSupport.stream(golden.path("forward").spliterator(), false)
                .filter(one -> one.path("name").asText().matches("basic|right_padded"))
                .filter(one -> one.path("inputs").path("token_type_ids").isMissingNode())
                .toList();
    }

    private static double[] values(JsonNode tensor) {
        return StreamSupport.stream(tensor.path("data").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** What the unmasked ids of each row spell. */
    private static List<String> texts(JsonNode one) {
        JsonNode ids = one.path("inputs").path("input_ids");
        double[] all = values(ids);
        double[] mask = values(one.path("inputs").path("attention_mask"));
        int rows = ids.path("shape").path(0).asInt();
        int width = all.length / rows;
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int from = row * width;
            texts.add(Characters.text(IntStream.range(from, from + width)
                    .filter(i -> mask.length == 0 || mask[i] == 1)
                    .map(i -> (int) all[i])
                    .toArray()));
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bert_seqcls", "distilbert_seqcls", "ernie_seqcls", "gpt2_seqcls", "llama_seqcls", "bart_seqcls"
            })
    void labelsHaveTheirProbabilities(String name) throws IOException {
        assertThat(cases(name)).isNotEmpty();
        try (TextClassification judge = Pipelines.textClassification(model(name))) {
            for (JsonNode one : cases(name)) {
                double[] logits = values(one.path("outputs").path("logits"));
                List<Labels> found = judge.runAll(texts(one));
                for (int row = 0; row < found.size(); row++) {
                    double[] expected = Judge.softmax(Arrays.copyOfRange(logits, row * 3, row * 3 + 3));
                    for (int label = 0; label < 3; label++) {
                        assertThat(found.get(row).score("LABEL_" + label)).isCloseTo(expected[label], within(CLOSE));
                    }
                    assertThat(found.get(row).scores()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
                }
            }
        }
    }

    @Test
    void tokensHaveTheirLabels() throws IOException {
        List<JsonNode> cases = cases("bert_tokencls");
        assertThat(cases).isNotEmpty();
        try (TokenClassification marker = Pipelines.tokenClassification(model("bert_tokencls"))) {
            for (JsonNode one : cases) {
                double[] logits = values(one.path("outputs").path("logits"));
                List<String> texts = texts(one);
                List<Spans> found = marker.runAll(texts);
                int width = texts.get(0).length();
                for (int row = 0; row < texts.size(); row++) {
                    SpanBuilder expected = new SpanBuilder(texts.get(row));
                    for (int i = 0; i < width; i++) {
                        int at = (row * width + i) * 5;
                        int best = IntStream.range(0, 5).reduce(0, (a, b) -> logits[at + b] > logits[at + a] ? b : a);
                        expected.add("LABEL_" + best, i, i + 1, false);
                    }
                    assertThat(found.get(row).spans()).isEqualTo(expected.spans());
                }
            }
        }
    }
}
