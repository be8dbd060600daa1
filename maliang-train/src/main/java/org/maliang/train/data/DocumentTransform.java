package org.maliang.train.data;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Turns a document into the documents that are trained on: none, itself, or several. Must be deterministic. */
@FunctionalInterface
public interface DocumentTransform {
    Stream<Document> apply(Document document);

    /** The transforms that a recipe can name under {@code data.transform}. */
    static Map<String, DocumentTransform> all() {
        var transforms = new TreeMap<String, DocumentTransform>();
        transforms.put("identity", Stream::of);
        transforms.put("poem-forms", new PoemForms());
        return transforms;
    }

    /** @throws IllegalArgumentException if there is no transform of this name */
    static DocumentTransform named(String name) {
        var transform = all().get(name);
        if (transform == null) {
            throw new IllegalArgumentException(
                    "no document transform named '" + name + "': choose one of " + String.join(", ", all().keySet()));
        }
        return transform;
    }
}
