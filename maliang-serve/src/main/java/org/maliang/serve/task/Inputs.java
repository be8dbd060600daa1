package org.maliang.serve.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maliang.pipeline.InputException;
import org.maliang.pipeline.Pipeline;
import org.maliang.pipeline.Task;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.request.Fields;

/**
 * What a request asks a pipeline for: one input, or several that are worked on together.
 *
 * @param all the inputs, each a text or an object of texts under their keys
 * @param listed whether they came as a list, as their outputs are to go
 */
record Inputs(List<JsonNode> all, boolean listed) {

    static final String FIELD = "input";
    private static final int MOST_TEXTS = 2048; // in all inputs

    /** Reads the field {@code input}. */
    static Inputs read(Fields fields, Task task) {
        JsonNode given = fields.any(FIELD)
                .orElseThrow(() -> ApiException.badField(
                        FIELD, FIELD + " is missing: GET /describe says what " + task + " takes"));
        List<JsonNode> all = new ArrayList<>();
        if (given.isArray()) {
            given.forEach(all::add);
        } else {
            all.add(given);
        }
        boolean known = all.stream().allMatch(one -> one.isTextual() || one.isObject());
        if (!known || all.isEmpty()) {
            throw fields.wrong(FIELD, "a text, an object of named inputs, or a list of either");
        }
        if (all.size() > most(task)) {
            throw ApiException.badField(FIELD, FIELD + ": " + task + " takes up to " + most(task) + " inputs at once");
        }
        if (texts(given) > MOST_TEXTS) {
            throw ApiException.badField(FIELD, FIELD + ": there may be up to " + MOST_TEXTS + " texts in a request");
        }
        return new Inputs(all, given.isArray());
    }

    /** How many inputs a request may have: fewer where outputs are large. */
    static int most(Task task) {
        return task == Task.FEATURE_EXTRACTION ? 16 : 256;
    }

    private static int texts(JsonNode node) {
        int texts = node.isTextual() ? 1 : 0;
        for (JsonNode one : node) {
            texts += texts(one);
        }
        return texts;
    }

    /**
     * The inputs as a pipeline has them.
     *
     * @throws ApiException if one cannot be; it names the field
     */
    <I> List<I> of(Pipeline<I, ?> pipeline) {
        List<I> inputs = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String place = listed ? FIELD + "[" + i + "]" : FIELD;
            try {
                inputs.add(input(all.get(i), pipeline));
            } catch (InputException e) {
                throw ApiException.badField(place + "." + e.key(), place + ": " + e.getMessage());
            } catch (IllegalArgumentException e) {
                throw ApiException.badField(place, place + ": " + e.getMessage());
            }
        }
        return inputs;
    }

    @SuppressWarnings("unchecked") // an object's names are strings
    private static <I> I input(JsonNode one, Pipeline<I, ?> pipeline) {
        return one.isTextual() ? pipeline.input(one.textValue()) : pipeline.input((Map<String, ?>) Json.plain(one));
    }
}
