package org.maliang.train.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maliang.checkpoint.Names;

/** One map of a recipe, read key by key with types checked; every message names the key, the line and the remedy. */
final class Section {
    private final RecipeFile file;
    private final String prefix;
    private final ObjectNode node;

    Section(RecipeFile file, String prefix, ObjectNode node) {
        this.file = file;
        this.prefix = prefix;
        this.node = node;
    }

    /** Allows no other keys than the components of a record, written with hyphens. */
    Section only(Class<? extends Record> schema) {
        return only(Arrays.stream(schema.getRecordComponents())
                .map(RecordComponent::getName)
                .map(Section::hyphenated)
                .toList());
    }

    Section only(List<String> keys) {
        node.fieldNames().forEachRemaining(key -> {
            if (!keys.contains(key)) {
                String nearest = Names.nearest(key, keys).get(0);
                throw new RecipeException(file.where(prefix + key) + ": unknown key '" + prefix + key
                        + "'; did you mean '" + prefix + nearest + "'?");
            }
        });
        return this;
    }

    boolean has(String key) {
        return RecipeFile.isPresent(node.path(key));
    }

    /** The map under {@code key}, empty if absent. */
    Section section(String key) {
        var child = node.path(key);
        if (!RecipeFile.isPresent(child)) {
            return new Section(file, prefix + key + ".", node.objectNode());
        }
        if (child instanceof ObjectNode object) {
            return new Section(file, prefix + key + ".", object);
        }
        throw wrong(key, "a map of keys");
    }

    boolean isText(String key) {
        return node.path(key).isTextual();
    }

    ObjectNode tree() {
        return node.deepCopy();
    }

    String text(String key) {
        return optionalText(key).orElseThrow(() -> missing(key));
    }

    String text(String key, String fallback) {
        return optionalText(key).orElse(fallback);
    }

    private Optional<String> optionalText(String key) {
        var value = node.path(key);
        if (!RecipeFile.isPresent(value)) {
            return Optional.empty();
        }
        if (!value.isValueNode() || value.asText().isEmpty()) {
            throw wrong(key, "text");
        }
        return Optional.of(value.asText());
    }

    /** A list of texts; one text alone counts as a list of one. */
    List<String> texts(String key) {
        var value = node.path(key);
        var texts = new ArrayList<String>();
        if (value.isArray()) {
            for (JsonNode item : value) {
                if (!item.isValueNode() || item.isNull()) {
                    throw wrong(key, "a list of texts");
                }
                texts.add(item.asText());
            }
        } else {
            optionalText(key).ifPresent(texts::add);
        }
        return List.copyOf(texts);
    }

    Path path(String key) {
        return resolve(key, text(key));
    }

    Path resolve(String key, String path) {
        return base(key).resolve(path).normalize();
    }

    Path base(String key) {
        return file.base(prefix + key);
    }

    /** A whole number of at least {@code least}. */
    long whole(String key, long fallback, long least) {
        if (!has(key)) {
            return fallback;
        }
        var value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            throw wrong(key, "a whole number of at least " + least);
        }
        return value.longValue();
    }

    /** A whole number from {@code least} to 2³¹ - 1. */
    int count(String key, int fallback, int least) {
        long value = whole(key, fallback, least);
        if (value > Integer.MAX_VALUE) {
            throw wrong(key, "at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    int count(String key, int least) {
        if (!has(key)) {
            throw missing(key);
        }
        return count(key, 0, least);
    }

    /** A number of {@code range}; {@code 1e-3} counts as one although YAML 1.1 reads it as text. */
    double number(String key, double fallback, Range range) {
        if (!has(key)) {
            return fallback;
        }
        double value = number(node.path(key)).orElse(Double.NaN);
        if (!range.holds(value)) {
            throw wrong(key, "a number " + range);
        }
        return value;
    }

    List<Double> numbers(String key, List<Double> fallback, Range range) {
        if (!has(key)) {
            return fallback;
        }
        var values = new ArrayList<Double>();
        for (JsonNode item : node.path(key)) {
            values.add(number(item).filter(range::holds).orElse(Double.NaN));
        }
        if (values.size() != fallback.size() || values.contains(Double.NaN)) {
            throw wrong(key, "a list of " + fallback.size() + " numbers " + range);
        }
        return List.copyOf(values);
    }

    private static Optional<Double> number(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.doubleValue());
        }
        try {
            return value.isTextual() ? Optional.of(Double.valueOf(value.textValue())) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    boolean flag(String key, boolean fallback) {
        if (!has(key)) {
            return fallback;
        }
        if (!node.path(key).isBoolean()) {
            throw wrong(key, "true or false");
        }
        return node.path(key).booleanValue();
    }

    <E extends Enum<E>> E choice(String key, E fallback) {
        if (!has(key)) {
            return fallback;
        }
        var constants = fallback.getDeclaringClass().getEnumConstants();
        var name = node.path(key).asText();
        return Arrays.stream(constants)
                .filter(constant -> word(constant).equals(name))
                .findFirst()
                .orElseThrow(() -> wrong(
                        key,
                        "one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(constants)
                                                .map(Section::word)
                                                .toList())));
    }

    RecipeException missing(String key) {
        return new RecipeException(file.where(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1)) + ": '"
                + prefix + key + "' is missing; add it or use --set " + prefix + key + "=…");
    }

    RecipeException wrong(String key, String expected) {
        return new RecipeException(
                file.where(prefix + key) + ": '" + prefix + key + "' is " + node.path(key) + ", expected " + expected);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String hyphenated(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
