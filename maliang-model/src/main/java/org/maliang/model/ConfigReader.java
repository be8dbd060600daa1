package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;
import org.maliang.model.layer.Activation;

/** Reads typed values out of a {@code config.json}, with errors that name the key. */
public record ConfigReader(JsonNode config) {

    /** A positive whole number under any of {@code keys}. */
    public int count(String... keys) {
        for (String key : keys) {
            JsonNode node = config.path(key);
            if (node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0) {
                return node.intValue();
            }
            if (present(node)) {
                throw wrong(key, node, "a positive whole number");
            }
        }
        throw new ModelException("config.json lacks \"" + String.join("\" or \"", keys) + "\"");
    }

    /** A positive whole number, or {@code fallback} where the key is absent or null. */
    public int count(String key, int fallback) {
        return present(config.path(key)) ? count(key) : fallback;
    }

    public double number(String key, double fallback) {
        JsonNode node = config.path(key);
        if (present(node) && !node.isNumber()) {
            throw wrong(key, node, "a number");
        }
        return node.asDouble(fallback);
    }

    /** A probability in [0, 1). */
    public double probability(String key, double fallback) {
        double value = number(key, fallback);
        if (!(value >= 0 && value < 1)) {
            throw wrong(key, config.path(key), "a probability from 0 to below 1");
        }
        return value;
    }

    public boolean flag(String key, boolean fallback) {
        JsonNode node = config.path(key);
        if (present(node) && !node.isBoolean()) {
            throw wrong(key, node, "true or false");
        }
        return node.asBoolean(fallback);
    }

    public String text(String key, String fallback) {
        JsonNode node = config.path(key);
        return present(node) ? node.asText() : fallback;
    }

    /** A non-linearity by the name configurations use. */
    public Activation activation(String key, Activation fallback) {
        String name = text(key, fallback.id());
        return Activation.named(name)
                .orElseThrow(() -> wrong(key, config.path(key), "one of " + String.join(", ", Activation.names())));
    }

    /** A token id, the first of a list of them; absent and null mean the model has none. */
    public OptionalInt id(String key) {
        JsonNode value = config.path(key);
        JsonNode node = value.isArray() ? value.path(0) : value;
        return node.isIntegralNumber() && node.intValue() >= 0 ? OptionalInt.of(node.intValue()) : OptionalInt.empty();
    }

    /** A token id that is {@code fallback} where the key is absent; null means the model has none. */
    public OptionalInt id(String key, int fallback) {
        return config.has(key) ? id(key) : OptionalInt.of(fallback);
    }

    private static boolean present(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    private static ModelException wrong(String key, JsonNode node, String expected) {
        return new ModelException("config.json: \"" + key + "\" is " + node + ", expected " + expected);
    }
}
