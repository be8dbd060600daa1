package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.maliang.model.generate.FinishReason;
import org.maliang.serve.Json;

/** What all parts of one answer have in common. */
final class Answer {

    private final Dialect dialect;
    private final String id;
    private final long created = System.currentTimeMillis() / 1000;
    private final String model;
    private final long seed;

    Answer(Dialect dialect, String model, long seed) {
        this.dialect = dialect;
        this.id = dialect.prefix() + UUID.randomUUID().toString().replace("-", "");
        this.model = model;
        this.seed = seed;
    }

    /** An answer without choices. The seed is not OpenAI's: with it the same texts can be asked for again. */
    ObjectNode object(boolean piece) {
        ObjectNode object = Json.object()
                .put("id", id)
                .put("object", dialect.type(piece))
                .put("created", created)
                .put("model", model)
                .put("seed", seed);
        object.putArray("choices");
        return object;
    }

    /** One more choice. */
    static ObjectNode choice(ObjectNode answer, int index) {
        return ((ArrayNode) answer.path("choices")).addObject().put("index", index);
    }

    static void finish(ObjectNode choice, FinishReason reason) {
        choice.put("finish_reason", reason.label());
    }

    static void usage(ObjectNode answer, int prompt, int written) {
        answer.putObject("usage")
                .put("prompt_tokens", prompt)
                .put("completion_tokens", written)
                .put("total_tokens", prompt + written);
    }
}
