package org.maliang.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A text whose blanks were filled.
 *
 * @param text with the most probable token in every blank
 * @param blanks what else might stand there, for each blank
 */
public record FilledText(String text, List<Blank> blanks) implements Output {

    /**
     * The most probable tokens for a blank, best first.
     *
     * @param scores their probabilities
     */
    public record Blank(List<String> tokens, List<Double> scores) {

        public Blank {
            tokens = List.copyOf(tokens);
            scores = List.copyOf(scores);
        }
    }

    public FilledText {
        blanks = List.copyOf(blanks);
    }

    @Override
    public String line() {
        return text;
    }

    /** The text; under {@code blanks}, tokens and scores for each. */
    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", text);
        var all = json.putArray("blanks");
        for (Blank blank : blanks) {
            ObjectNode one = all.addObject();
            var tokens = one.putArray("tokens");
            blank.tokens().forEach(tokens::add);
            var scores = one.putArray("scores");
            blank.scores().forEach(scores::add);
        }
        return json;
    }
}
