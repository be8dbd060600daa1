package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServedWriter;
import org.maliang.serve.request.Fields;
import org.maliang.serve.request.Wishes;
import org.maliang.tokenizer.chat.ChatTemplate;
import org.maliang.tokenizer.chat.Message;

/** {@code POST /v1/chat/completions}: the model takes its turn in a conversation. */
final class ChatCompletions {

    private static final int MOST_ALTERNATIVES = 20;
    private static final Dialect DIALECT = new ChatDialect();

    private final Texts texts;

    ChatCompletions(Texts texts) {
        this.texts = texts;
    }

    void answer(Context context) {
        texts.answer(context, () -> read(new Fields(Json.body(context)), texts.model()), DIALECT);
    }

    private static Ask read(Fields fields, ServedModel served) {
        ServedWriter model = served.writer();
        fields.ignore("user", "store", "metadata", "service_tier", "safety_identifier", "prompt_cache_key");
        Common common = Common.read(fields, served);
        List<Message> messages = new ArrayList<>();
        for (Fields message : fields.objects("messages")) {
            messages.add(message(message));
        }
        fields.any("tools").filter(tools -> !tools.isEmpty()).ifPresent(tools -> {
            throw ApiException.badField("tools", "tools: models here call no tools; leave tools out");
        });
        fields.ignore("tool_choice", "parallel_tool_calls");
        int length = fields.whole("max_completion_tokens", 1, Integer.MAX_VALUE)
                .or(() -> fields.whole("max_tokens", 1, Integer.MAX_VALUE))
                .orElse(model.defaults().maxTokens());
        fields.ignore("max_tokens");
        boolean scored = fields.flag("logprobs", false);
        int alternatives = fields.whole("top_logprobs", 0, MOST_ALTERNATIVES).orElse(0);
        if (alternatives > 0 && !scored) {
            throw ApiException.badField("top_logprobs", "top_logprobs go with logprobs: set logprobs to true");
        }
        GenerationOptions options = Wishes.read(fields, model, length, Wishes.anySeed());
        fields.requireNoOther();
        Completions.requireNoSearch(options, scored ? alternatives : -1);
        ChatTemplate template = model.chat()
                .orElseThrow(() -> ApiException.badRequest(served.name()
                        + " was not trained to chat (it has no chat template): ask it to go on at /v1/completions"));
        String prompt = template.render(messages, true);
        return new Ask(
                List.of(prompt),
                List.of(""),
                options,
                true,
                scored ? alternatives : -1,
                false,
                common.stream(),
                common.usage(),
                0);
    }

    private static Message message(Fields message) {
        String role = message.text("role")
                .orElseThrow(() -> ApiException.badField("messages.role", "messages: each needs a role"));
        message.ignore("name", "refusal");
        String content =
                message.any("content").map(given -> content(message, given)).orElse("");
        message.requireNoOther();
        return Message.of(role, content);
    }

    /** A text, or parts that are texts. */
    private static String content(Fields message, JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        String expected = "a text, or parts of type text: models here see no images and hear nothing";
        StringBuilder text = new StringBuilder();
        if (!content.isArray()) {
            throw message.wrong("content", expected);
        }
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
                throw message.wrong("content", expected);
            }
            text.append(part.path("text").textValue());
        }
        return text.toString();
    }
}
