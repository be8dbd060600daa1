package org.maliang.model.bert;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.maliang.model.ModelException;

/** How attention learns of positions ({@code position_embedding_type}). */
public enum Distances {
    /** By the vectors added to the token embeddings. */
    ABSOLUTE("absolute"),
    /** By vectors of distances, added to keys. */
    RELATIVE_KEY("relative_key"),
    /** By vectors of distances, added to keys and queries. */
    RELATIVE_KEY_QUERY("relative_key_query");

    private final String id;

    Distances(String id) {
        this.id = id;
    }

    /** The name configurations use. */
    public String id() {
        return id;
    }

    public static Distances named(String id) {
        return Arrays.stream(values())
                .filter(one -> one.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new ModelException("config.json: \"position_embedding_type\" is \"" + id
                        + "\", expected one of "
                        + Arrays.stream(values()).map(Distances::id).collect(Collectors.joining(", "))));
    }
}
