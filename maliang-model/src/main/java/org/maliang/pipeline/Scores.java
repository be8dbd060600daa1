package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * How well texts suit a question.
 *
 * @param scores in the order of the texts; the higher, the better
 */
public record Scores(List<Double> scores) implements Output {

    public Scores {
        scores = List.copyOf(scores);
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var numbers = json.putArray("scores");
        scores.forEach(numbers::add);
        return json;
    }
}
