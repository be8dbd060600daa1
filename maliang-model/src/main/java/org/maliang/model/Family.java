package org.maliang.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.maliang.model.layer.Parameters;

/** A family of decoders: how its configuration is read, how it is assembled, how its files name the weights. */
public interface Family {

    /** Reads the shape that {@code config} describes. */
    DecoderConfig config(JsonNode config);

    /** Builds a decoder of the shape {@code config} describes, with parameters from {@code source}. */
    Decoder build(JsonNode config, Parameters.Source source);

    /** The names under which files may hold {@code parameter}, the usual one first. */
    List<String> storedNames(String parameter);

    /** Whether {@code stored} is something files of this family may hold and models do not need. */
    boolean ignores(String stored);
}
