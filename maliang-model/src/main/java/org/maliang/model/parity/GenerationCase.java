package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
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
        GoldenTensor sequences = GoldenTensor.of(node.at(SEQUENCES));
        Map<String, GoldenTensor> outputs = node.has(SCORES)
                ? Map.of(SEQUENCES, sequences, SCORES, GoldenTensor.of(node.at(SCORES)))
                : Map.of(SEQUENCES, sequences);
        return new GenerationCase(
                node.at("name").text(), node.map("inputs", GoldenTensor::of), node.object("kwargs"), outputs);
    }
}
