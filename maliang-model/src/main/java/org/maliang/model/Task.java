package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a configuration says of a model's head.
 *
 * @param architecture Hugging Face's class name
 * @param labels names of classes, by index
 * @param problem what labels mean, where the configuration says so
 */
public record Task(String architecture, HeadKind kind, List<String> labels, Optional<Problem> problem) {

    private static final List<String> TWO_LABELS = List.of("LABEL_0", "LABEL_1");

    public Task {
        labels = List.copyOf(labels);
    }

    /**
     * Reads the first of {@code architectures}, and the labels.
     *
     * @param family what class names of the family begin with
     * @param kinds the heads that the family has, and {@code usual} the one that is meant where none is named
     */
    public static Task of(JsonNode json, String family, Set<HeadKind> kinds, HeadKind usual) {
        String architecture = json.path("architectures").path(0).asText(family + usual.suffix());
        HeadKind kind = kinds.stream()
                .filter(one -> architecture.equals(family + one.suffix()))
                .findFirst()
                .orElseThrow(() -> new UnsupportedModelException("architecture \"" + architecture
                        + "\" is not supported; of this model_type are: "
                        + String.join(
                                ", ",
                                kinds.stream()
                                        .sorted()
                                        .map(one -> family + one.suffix())
                                        .toList())));
        return new Task(architecture, kind, labels(json), problem(json));
    }

    /** The names of the classes, by index, as {@code config.json} has them; {@code LABEL_0} … where it names none. */
    public static List<String> labels(JsonNode json) {
        JsonNode names = json.path("id2label");
        int count = names.isObject() && !names.isEmpty()
                ? names.size()
                : new ConfigReader(json).count("num_labels", TWO_LABELS.size());
        if (count > json.path("vocab_size").asInt(Integer.MAX_VALUE) && !names.isObject()) {
            throw new ModelException("config.json: num_labels " + count + " is more than the vocabulary holds");
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            labels.add(names.path(Integer.toString(i)).asText("LABEL_" + i));
        }
        return labels;
    }

    /** What {@code config.json} says that labels mean. */
    public static Optional<Problem> problem(JsonNode json) {
        String id = new ConfigReader(json).text("problem_type", "");
        if (!id.isEmpty() && Problem.named(id).isEmpty()) {
            throw new ModelException("config.json: \"problem_type\" is \"" + id + "\", expected one of "
                    + String.join(
                            ", ",
                            List.of(Problem.values()).stream().map(Problem::id).toList()));
        }
        return Problem.named(id);
    }

    /** Adds to {@code config.json} what {@link #of} reads. */
    public void write(ObjectNode json) {
        json.putArray("architectures").add(architecture);
        if (!labels.equals(TWO_LABELS)) {
            ObjectNode names = json.putObject("id2label");
            ObjectNode ids = json.putObject("label2id");
            for (int i = 0; i < labels.size(); i++) {
                names.put(Integer.toString(i), labels.get(i));
                ids.put(labels.get(i), i);
            }
        }
        problem.ifPresent(one -> json.put("problem_type", one.id()));
    }
}
