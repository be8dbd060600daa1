package org.maliang.model.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.maliang.model.ModelException;

/**
 * A place in a golden file, so that errors can say where they are.
 *
 * @param where the file and the path inside it, such as {@code golden.json: training[0].sgd}
 */
record GoldenNode(JsonNode json, String where) {

    GoldenNode at(String key) {
        if (!json.has(key)) {
            throw wrong("lacks \"" + key + "\"");
        }
        return new GoldenNode(json.get(key), where + (where.endsWith(": ") ? "" : ".") + key);
    }

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    String text() {
        return require(json.isTextual(), "a string").asText();
    }

    double number() {
        return require(json.isNumber(), "a number").doubleValue();
    }

    int count() {
        return require(json.canConvertToInt() && json.intValue() > 0, "a positive whole number")
                .intValue();
    }

    /** The elements of the list {@code key}; none where the key is absent. */
    <T> List<T> list(String key, Function<GoldenNode, T> read) {
        return has(key) ? at(key).list(read) : List.of();
    }

    <T> List<T> list(Function<GoldenNode, T> read) {
        require(json.isArray(), "a list");
        List<T> items = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            items.add(read.apply(new GoldenNode(json.get(i), where + "[" + i + "]")));
        }
        return List.copyOf(items);
    }

    /** The entries of the object {@code key}, in file order; none where the key is absent. */
    <T> Map<String, T> map(String key, Function<GoldenNode, T> read) {
        if (!has(key)) {
            return Map.of();
        }
        GoldenNode node = at(key);
        require(node.json.isObject(), "an object at \"" + key + "\"");
        return node.json
                .propertyStream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> read.apply(node.at(entry.getKey())),
                        (first, second) -> second,
                        LinkedHashMap::new));
    }

    /** The object {@code key} as it stands; empty where the key is absent. */
    JsonNode object(String key) {
        return has(key) ? json.get(key) : JsonNodeFactory.instance.objectNode();
    }

    ModelException wrong(String problem) {
        return new ModelException(where + " " + problem + ": make the golden file anew");
    }

    private JsonNode require(boolean holds, String expected) {
        if (!holds) {
            throw wrong("is not " + expected);
        }
        return json;
    }
}
