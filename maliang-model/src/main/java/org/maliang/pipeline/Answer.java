package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A part of a text that answers a question.
 *
 * @param text the part; empty if the text is
 * @param score how probable start and end are, from 0 to 1
 * @param start its first {@code char} in the text that was read
 * @param end behind its last one
 */
public record Answer(String text, double score, int start, int end) implements Output {

    @Override
    public String line() {
        return text;
    }

    @Override
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("text", text)
                .put("score", score)
                .put("start", start)
                .put("end", end);
    }
}
