package org.maliang.serve.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.maliang.checkpoint.Names;
import org.maliang.serve.ApiException;

/** A JSON object of a request, read field by field with types checked; null is as good as absent. */
public final class Fields {

    private final ObjectNode object;
    private final String prefix;
    private final Set<String> known = new TreeSet<>();

    public Fields(ObjectNode object) {
        this(object, "");
    }

    private Fields(ObjectNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /** Whether there is nothing, known or not. */
    public boolean isEmpty() {
        return object.isEmpty();
    }

    /** What is there under {@code key}, whatever it is. */
    public Optional<JsonNode> any(String key) {
        known.add(key);
        JsonNode value = object.path(key);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public boolean flag(String key, boolean fallback) {
        return any(key).map(value -> {
                    if (!value.isBoolean()) {
                        throw wrong(key, "true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(fallback);
    }

    public Optional<String> text(String key) {
        return any(key).map(value -> {
            if (!value.isTextual()) {
                throw wrong(key, "a text");
            }
            return value.textValue();
        });
    }

    /** A text, or a list of texts. */
    public List<String> texts(String key) {
        Optional<JsonNode> value = any(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get().isTextual()) {
            return List.of(value.get().textValue());
        }
        List<String> texts = new ArrayList<>();
        if (!value.get().isArray()) {
            throw wrong(key, "a text or a list of texts");
        }
        for (JsonNode one : value.get()) {
            if (!one.isTextual()) {
                throw wrong(key, "a text or a list of texts");
            }
            texts.add(one.textValue());
        }
        return texts;
    }

    public Optional<Integer> whole(String key, int least, int most) {
        return any(key).map(value -> {
            if (!value.isIntegralNumber()
                    || !value.canConvertToInt()
                    || value.intValue() < least
                    || value.intValue() > most) {
                throw wrong(key, "a whole number from " + least + " to " + most);
            }
            return value.intValue();
        });
    }

    public Optional<Long> whole(String key) {
        return any(key).map(value -> {
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw wrong(key, "a whole number");
            }
            return value.longValue();
        });
    }

    public Optional<Double> number(String key, double least, double most) {
        return any(key).map(value -> number(key, value, least, most));
    }

    private double number(String key, JsonNode value, double least, double most) {
        double number = value.doubleValue();
        if (!value.isNumber() || !(number >= least && number <= most)) {
            throw wrong(key, "a number from " + plain(least) + " to " + plain(most));
        }
        return number;
    }

    /** A share of all: above 0, at most 1. */
    public Optional<Double> share(String key) {
        Optional<Double> share = number(key, 0, 1);
        if (share.filter(number -> number == 0).isPresent()) {
            throw wrong(key, "a number above 0, at most 1");
        }
        return share;
    }

    /** Numbers by whole numbers, which JSON writes as texts. */
    public Map<Integer, Double> numbersByWhole(String key, int below, double least, double most) {
        Map<Integer, Double> numbers = new LinkedHashMap<>();
        any(key).ifPresent(value -> {
            if (!value.isObject()) {
                throw wrong(key, "an object of numbers by token id");
            }
            for (Map.Entry<String, JsonNode> one : value.properties()) {
                if (!one.getKey().matches("\\d{1,9}") || Integer.parseInt(one.getKey()) >= below) {
                    throw wrong(key, "an object of numbers by token id, each below " + below);
                }
                numbers.put(Integer.parseInt(one.getKey()), number(key, one.getValue(), least, most));
            }
        });
        return numbers;
    }

    /** The object under {@code key}, empty if absent. */
    public Fields section(String key) {
        JsonNode value = any(key).orElseGet(object::objectNode);
        if (value instanceof ObjectNode section) {
            return new Fields(section, prefix + key + ".");
        }
        throw wrong(key, "an object");
    }

    /** The objects that are listed under {@code key}. */
    public List<Fields> objects(String key) {
        List<Fields> objects = new ArrayList<>();
        JsonNode value = any(key).orElseThrow(() -> ApiException.badField(prefix + key, prefix + key + " is missing"));
        if (!value.isArray() || value.isEmpty()) {
            throw wrong(key, "a list of objects, and at least one");
        }
        for (JsonNode one : value) {
            if (!(one instanceof ObjectNode object)) {
                throw wrong(key, "a list of objects, and at least one");
            }
            objects.add(new Fields(object, prefix + key + "."));
        }
        return objects;
    }

    /**
     * What {@code reader} makes of the value under {@code key}.
     *
     * @param reader throws {@link IllegalArgumentException} with words for the client if the value cannot be
     */
    public <T> Optional<T> read(String key, Function<JsonNode, T> reader) {
        return any(key).map(value -> {
            try {
                return reader.apply(value);
            } catch (IllegalArgumentException e) {
                throw ApiException.badField(prefix + key, prefix + key + ": " + e.getMessage());
            }
        });
    }

    /** A field that has no meaning here, whatever it says. */
    public void ignore(String... keys) {
        known.addAll(List.of(keys));
    }

    /** Refuses what nobody has asked for: a misspelt wish must not go unheard. */
    public void requireNoOther() {
        object.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                String near = Names.nearest(key, known).get(0);
                throw ApiException.badField(
                        prefix + key, "unknown field " + prefix + key + ": did you mean " + prefix + near + "?");
            }
        });
    }

    public ApiException wrong(String key, String expected) {
        String shown = object.path(key).toString();
        String value = shown.length() <= 60 ? shown : shown.substring(0, 60) + "…";
        return ApiException.badField(prefix + key, prefix + key + " is " + value + ", expected " + expected);
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e6
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
