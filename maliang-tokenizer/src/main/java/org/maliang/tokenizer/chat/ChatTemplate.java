package org.maliang.tokenizer.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.tokenizer.TokenizerException;

/**
 * The {@code chat_template} of a model: turns a conversation into the one text that the model was trained on, as
 * {@code apply_chat_template} of transformers does. Immutable.
 *
 * <pre>{@code
 * ChatTemplate template = ChatTemplate.load(Path.of("models/qwen")).orElseThrow();
 * String prompt = template.render(List.of(Message.of("user", "你好")), true);
 * }</pre>
 *
 * <p>Templates are run by a small evaluator of ours, with bounds on steps, depth and output; parts of Jinja that chat
 * templates do not use are refused by name when the template is read.
 */
public final class ChatTemplate {
    private static final int LARGEST = 1 << 20;
    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Statement template;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    private ChatTemplate(String source, Map<String, String> specialTokens, Clock clock) {
        if (source.length() > LARGEST) {
            throw new TokenizerException(
                    "chat template: " + source.length() + " characters are more than a template has");
        }
        this.template = new TemplateParser(source).template();
        this.specialTokens = Map.copyOf(specialTokens);
        this.clock = clock;
    }

    /**
     * A template from its source.
     *
     * @throws TokenizerException if it is not understood; the message names the line
     */
    public static ChatTemplate of(String source) {
        return new ChatTemplate(source, Map.of(), Clock.system(ZoneId.systemDefault()));
    }

    /** The same template with other values for {@code bos_token} and the like. */
    static ChatTemplate of(String source, Map<String, String> specialTokens, Clock clock) {
        return new ChatTemplate(source, specialTokens, clock);
    }

    /**
     * The template of a model directory, from {@code chat_template.jinja}, {@code chat_template.json} or
     * {@code tokenizer_config.json}; nothing if it has none. Of several named ones it is {@code default}.
     *
     * @throws TokenizerException if a file cannot be read or the template is not understood
     */
    public static Optional<ChatTemplate> load(Path directory) {
        JsonNode config = json(directory.resolve("tokenizer_config.json"));
        Map<String, String> tokens = new LinkedHashMap<>();
        for (JsonNode source : List.of(json(directory.resolve("special_tokens_map.json")), config)) {
            for (String role : ROLES) {
                JsonNode token =
                        source.path(role).isObject() ? source.path(role).path("content") : source.path(role);
                if (token.isTextual()) {
                    tokens.put(role, token.asText());
                }
            }
        }
        return source(directory, config)
                .map(source -> new ChatTemplate(source, tokens, Clock.system(ZoneId.systemDefault())));
    }

    private static Optional<String> source(Path directory, JsonNode config) {
        Path file = directory.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            try {
                return Optional.of(Files.readString(file));
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        JsonNode own = json(directory.resolve("chat_template.json")).path("chat_template");
        JsonNode template = own.isMissingNode() ? config.path("chat_template") : own;
        if (template.isTextual()) {
            return Optional.of(template.asText());
        }
        for (JsonNode named : template) {
            if (named.path("name").asText().equals("default")) {
                return Optional.of(named.path("template").asText());
            }
        }
        return Optional.empty();
    }

    private static JsonNode json(Path file) {
        if (!Files.isRegularFile(file)) {
            return new ObjectMapper().createObjectNode();
        }
        try {
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static TokenizerException unreadable(Path file, IOException cause) {
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new TokenizerException(
                "chat template: cannot read " + file + ": "
                        + why.lines().findFirst().orElse("") + "; fetch it again",
                cause);
    }

    /**
     * The text of a conversation.
     *
     * @param addGenerationPrompt whether the beginning of the assistant's next turn follows
     * @throws TokenizerException if the template raises an exception, such as for roles out of order
     */
    public String render(List<Message> messages, boolean addGenerationPrompt) {
        return render(messages, addGenerationPrompt, Map.of());
    }

    /**
     * The text of a conversation.
     *
     * @param variables what else the template asks for: {@code tools}, {@code documents}, {@code enable_thinking} …; values
     *     are strings, numbers, booleans, lists and maps of those
     */
    public String render(List<Message> messages, boolean addGenerationPrompt, Map<String, Object> variables) {
        Map<String, Object> all = Functions.all(clock);
        all.putAll(specialTokens);
        all.put("tools", None.NONE);
        all.put("documents", None.NONE);
        variables.forEach((name, value) -> all.put(name, Values.of(value)));
        all.put("messages", Values.of(messages.stream().map(Message::fields).toList()));
        all.put("add_generation_prompt", addGenerationPrompt);
        var out = new StringBuilder();
        try {
            template.render(Scope.of(all), out);
        } catch (StackOverflowError e) {
            throw new TokenizerException("chat template: blocks, macros or expressions are nested too deep", e);
        }
        return out.toString();
    }
}
