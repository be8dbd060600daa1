package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Parts of a text that a model marked, in their order. */
public record Spans(List<Span> spans) implements Output {

    /**
     * A part of a text.
     *
     * @param type what it is, without the mark of its place ({@code B-} …)
     * @param start the first {@code char} of the text that belongs to it
     * @param end behind the last one
     * @param span the part itself
     */
    public record Span(String type, int start, int end, String span) {}

    public Spans {
        spans = List.copyOf(spans);
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var output = json.putArray("output");
        for (Span span : spans) {
            output.addObject()
                    .put("type", span.type())
                    .put("start", span.start())
                    .put("end", span.end())
                    .put("span", span.span());
        }
        return json;
    }
}
