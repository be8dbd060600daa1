package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** {@code /v1/completions}. */
final class CompletionDialect implements Dialect {

    @Override
    public String prefix() {
        return "cmpl-";
    }

    @Override
    public String type(boolean piece) {
        return "text_completion";
    }

    @Override
    public void whole(ObjectNode choice, String text, Optional<List<Spelled>> tokens, int offset) {
        choice.put("text", text);
        choice.putNull("logprobs");
        tokens.ifPresent(all -> put(choice.putObject("logprobs"), all, offset));
    }

    @Override
    public void piece(ObjectNode choice, String text, boolean first, Optional<List<Spelled>> tokens, int offset) {
        whole(choice, text, tokens, offset);
    }

    private static void put(ObjectNode object, List<Spelled> tokens, int offset) {
        ArrayNode texts = object.putArray("tokens");
        ArrayNode scores = object.putArray("token_logprobs");
        ArrayNode tops = object.putArray("top_logprobs");
        ArrayNode offsets = object.putArray("text_offset");
        int at = offset;
        for (Spelled token : tokens) {
            texts.add(token.text());
            offsets.add(at);
            at += token.length();
            if (Double.isNaN(token.logProbability())) { // the first of a text that nothing stands before
                scores.addNull();
                tops.addNull();
            } else {
                scores.add(token.logProbability());
                ObjectNode top = tops.addObject();
                token.top().forEach(other -> top.put(other.text(), other.logProbability()));
            }
        }
    }
}
