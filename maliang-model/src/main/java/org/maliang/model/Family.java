package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.layer.Parameters;

/** A family of models: how its configuration is read, how it is assembled, how its files name the weights. */
public interface Family {

    /** Reads the shape that {@code config} describes. */
    ModelConfig config(JsonNode config);

    /**
     * Builds a model of the shape {@code config} describes, with parameters from {@code source}. The first of the
     * configuration's {@code architectures} says which head it has; without one it is the family's language model.
     */
    Model build(JsonNode config, Parameters.Source source);

    /** The names under which files may hold {@code parameter}, the usual one first. */
    default List<String> storedNames(String parameter) {
        return List.of(parameter);
    }

    /** Whether {@code stored} is something files of this family may hold and models do not need. */
    default boolean ignores(String stored) {
        return false;
    }

    /** The same for the model that {@code config} describes: its files may hold the heads of other tasks too. */
    default boolean ignores(JsonNode config, String stored) {
        return ignores(stored);
    }
}
