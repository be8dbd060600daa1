package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** {@code /v1/chat/completions}. */
final class ChatDialect implements Dialect {

    private static final String ROLE = "assistant";

    @Override
    public String prefix() {
        return "chatcmpl-";
    }

    @Override
    public String type(boolean piece) {
        return piece ? "chat.completion.chunk" : "chat.completion";
    }

    @Override
    public void whole(ObjectNode choice, String text, Optional<List<Spelled>> tokens, int offset) {
        choice.putObject("message").put("role", ROLE).put("content", text).putNull("refusal");
        putTokens(choice, tokens);
    }

    @Override
    public void piece(ObjectNode choice, String text, boolean first, Optional<List<Spelled>> tokens, int offset) {
        ObjectNode delta = choice.putObject("delta");
        if (first) {
            delta.put("role", ROLE);
        }
        if (first || !text.isEmpty()) {
            delta.put("content", text);
        }
        putTokens(choice, tokens);
    }

    private static void putTokens(ObjectNode choice, Optional<List<Spelled>> tokens) {
        choice.putNull("logprobs");
        tokens.ifPresent(all -> {
            ArrayNode content = choice.putObject("logprobs").putArray("content");
            for (Spelled token : all) {
                ArrayNode top = put(content.addObject(), token).putArray("top_logprobs");
                token.top().forEach(other -> put(top.addObject(), other));
            }
        });
    }

    private static ObjectNode put(ObjectNode object, Spelled token) {
        object.put("token", token.text()).put("logprob", token.logProbability());
        ArrayNode bytes = object.putArray("bytes");
        token.bytes().forEach(bytes::add);
        return object;
    }
}
