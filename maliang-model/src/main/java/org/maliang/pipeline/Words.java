package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The words of a text, without the blanks between. */
public record Words(List<String> words) implements Output {

    public Words {
        words = List.copyOf(words);
    }

    @Override
    public String line() {
        return String.join(" ", words);
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var output = json.putArray("output");
        words.forEach(output::add);
        return json;
    }
}
