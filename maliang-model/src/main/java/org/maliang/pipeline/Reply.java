package org.maliang.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.maliang.model.generate.Sample;
import org.maliang.tokenizer.chat.Message;

/**
 * What a model answered.
 *
 * @param sample the answer as it was written
 * @param asked the conversation so far
 */
public record Reply(Sample sample, List<Message> asked) implements Written {

    private static final ObjectMapper JSON = new ObjectMapper();

    public Reply {
        asked = List.copyOf(asked);
    }

    /** The answer. */
    public String response() {
        return sample.text();
    }

    @Override
    public List<Sample> samples() {
        return List.of(sample);
    }

    /** The conversation with the answer; add a turn of the user to go on. */
    public List<Message> history() {
        List<Message> all = new ArrayList<>(asked);
        all.add(Message.of("assistant", response()));
        return List.copyOf(all);
    }

    @Override
    public String line() {
        return response();
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("response", response());
        var turns = json.putArray("history");
        history().forEach(turn -> turns.add(JSON.<JsonNode>valueToTree(turn.fields())));
        return json;
    }
}
