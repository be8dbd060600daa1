package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a pipeline makes of an input. */
public interface Output {

    /** The same under the keys of ModelScope ({@code outputs/outputs.py}). */
    ObjectNode json();

    /** What a person wants to read of it: the text, if it is one; else {@link #json}. */
    default String line() {
        return json().toString();
    }
}
