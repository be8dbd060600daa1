package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labels and how far they hold, the best first.
 *
 * @param scores probabilities, which sum up to 1 where just one label holds; measurements where labels are such
 */
public record Labels(List<String> labels, List<Double> scores) implements Output {

    public Labels {
        labels = List.copyOf(labels);
        scores = List.copyOf(scores);
    }

    /** Sorts labels by their scores. */
    static Labels of(List<String> names, double[] scores) {
        List<Integer> order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i]).reversed())
                .toList();
        return new Labels(
                order.stream().map(names::get).toList(),
                order.stream().map(i -> scores[i]).toList());
    }

    /** The best label. */
    public String label() {
        return labels.get(0);
    }

    /** The score of the best label. */
    public double score() {
        return scores.get(0);
    }

    /** The score of a label; {@link IllegalArgumentException} if it is none of these. */
    public double score(String label) {
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException("there is no label \"" + label + "\" among " + labels);
        }
        return scores.get(index);
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var names = json.putArray("labels");
        labels.forEach(names::add);
        var numbers = json.putArray("scores");
        scores.forEach(numbers::add);
        return json;
    }
}
