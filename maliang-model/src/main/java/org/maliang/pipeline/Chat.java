package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.Sample;
import org.maliang.tokenizer.chat.ChatTemplate;
import org.maliang.tokenizer.chat.Message;

/**
 * Talks: {@code chat}, {@code conversational}. The model's chat template makes one text of the turns so far.
 *
 * <pre>{@code
 * Reply first = chat.run("你好");
 * List<Message> turns = new ArrayList<>(first.history());
 * turns.add(Message.of("user", "再说一遍"));
 * Reply second = chat.run(turns);
 * }</pre>
 */
public final class Chat extends WritingPipeline<List<Message>, Reply> {

    private static final String ROLES = "a list of {role, content}";
    private static final Signature SIGNATURE = new Signature(
            List.of(
                    new Signature.Key("text", Signature.Kind.TEXT),
                    new Signature.Key("system", Signature.Kind.TEXT),
                    new Signature.Key("history", Signature.Kind.TURNS),
                    new Signature.Key("messages", Signature.Kind.TURNS)),
            List.of(List.of("text", "messages")),
            List.of("response", "history"),
            Map.of("text", "你好"));

    private final ChatTemplate template;

    /** @param model owned from here on */
    Chat(Task task, LanguageModel model, ChatTemplate template) {
        this(task, model, template, new ModelWriter(model));
    }

    private Chat(Task task, LanguageModel model, ChatTemplate template, Writer writer) {
        super(task, SIGNATURE, model, writer);
        this.template = template;
    }

    /** The answer to a first turn. */
    public Reply run(String text) {
        return run(input(text));
    }

    @Override
    public Chat by(Writer other) {
        return new Chat(task(), model(), template, other);
    }

    @Override
    String prompt(List<Message> turns) {
        return template.render(turns, true);
    }

    /** The first of the answers, should there be several. */
    @Override
    Reply output(List<Message> turns, List<Sample> samples) {
        return new Reply(samples.get(0), turns);
    }

    @Override
    public List<Message> input(String text) {
        return List.of(Message.of("user", text));
    }

    @Override
    List<Message> input(Fields read) {
        List<Message> turns = new ArrayList<>();
        if (read.has("messages")) {
            read.items("messages", ROLES).forEach(turn -> turns.add(message(read, "messages", turn)));
            if (turns.isEmpty()) {
                throw read.wrong("messages", ROLES + ", and at least one");
            }
            return turns;
        }
        read.optionalText("system").ifPresent(system -> turns.add(Message.of("system", system)));
        for (Object turn : read.items("history", "a list of pairs")) {
            if (turn instanceof List<?> pair
                    && pair.size() == 2
                    && pair.get(0) instanceof String question
                    && pair.get(1) instanceof String answer) {
                turns.add(Message.of("user", question));
                turns.add(Message.of("assistant", answer));
            } else {
                turns.add(message(read, "history", turn));
            }
        }
        turns.add(Message.of("user", read.text("text")));
        return turns;
    }

    private static Message message(Fields read, String name, Object turn) {
        if (turn instanceof Map<?, ?> fields
                && fields.get("role") instanceof String role
                && fields.get("content") instanceof String content) {
            return Message.of(role, content);
        }
        throw read.wrong(name, ROLES);
    }
}
