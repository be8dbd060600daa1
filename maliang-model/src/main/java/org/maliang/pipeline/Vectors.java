package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Vectors: of texts, or of the tokens of one.
 *
 * @param vectors all of the same length
 * @param scores how like the first text those are that it was to be compared with: cosines; empty if there were none
 */
public record Vectors(List<float[]> vectors, List<Double> scores) implements Output {

    public Vectors {
        vectors = List.copyOf(vectors);
        scores = List.copyOf(scores);
    }

    /** Vectors alone. */
    static Vectors of(List<float[]> vectors) {
        return new Vectors(vectors, List.of());
    }

    /** The first vector. */
    public float[] vector() {
        return vectors.get(0);
    }

    /** The cosine of the angle between two vectors, from -1 to 1; 0 if one has no length. */
    static double cosine(float[] first, float[] second) {
        double product = 0;
        double length1 = 0;
        double length2 = 0;
        for (int i = 0; i < first.length; i++) {
            product += (double) first[i] * second[i];
            length1 += (double) first[i] * first[i];
            length2 += (double) second[i] * second[i];
        }
        double lengths = Math.sqrt(length1) * Math.sqrt(length2);
        return lengths == 0 ? 0 : product / lengths;
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var all = json.putArray("text_embedding");
        for (float[] vector : vectors) {
            var numbers = all.addArray();
            for (float number : vector) {
                numbers.add(number);
            }
        }
        if (!scores.isEmpty()) {
            var numbers = json.putArray("scores");
            scores.forEach(numbers::add);
        }
        return json;
    }
}
