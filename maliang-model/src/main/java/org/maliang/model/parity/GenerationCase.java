package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call of {@code generate}.
 *
 * @param arguments of the call, under Hugging Face's names
 * @param outputs {@code sequences} {@code [batch, time]} and, of beams, {@code sequences_scores} {@code [batch]}
 */
record GenerationCase(
        String name, Map<String, GoldenTensor> inputs, JsonNode arguments, Map<String, GoldenTensor> outputs) {

    static final String SEQUENCES = "sequences";
    static final String SCORES = "sequences_scores";

    static GenerationCase of(GoldenNode node) {
        Map<String, GoldenTensor> outputs = new LinkedHashMap<>();
        outputs.put(SEQUENCES, GoldenTensor.of(node.at(SEQUENCES)));
        if (node.has(SCORES)) {
            outputs.put(SCORES, GoldenTensor.of(node.at(SCORES)));
        }
        return new GenerationCase(
                node.at("name").text(), node.map("inputs", GoldenTensor::of), node.object("kwargs"), outputs);
    }
}
