package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maliang.model.LanguageModel;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TextListener;
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
public final class Chat extends Pipeline<List<Message>, Reply> {

    private static final String ROLES = "a list of {role, content}";

    private final Writer writer;
    private final ChatTemplate template;

    /** @param model owned from here on */
    Chat(Task task, LanguageModel model, ChatTemplate template) {
        super(task);
        this.writer = new Writer(model);
        this.template = template;
    }

    /** How the model likes to write. */
    public GenerationOptions defaults() {
        return writer.model().defaults();
    }

    /** The answer to a first turn. */
    public Reply run(String text) {
        return run(input(text));
    }

    /** The answer to the last turn, written as the options say; the listener hears it while it is written. */
    public Reply run(List<Message> turns, GenerationOptions options, TextListener listener) {
        return new Reply(writer.write(rendered(turns), options, listener).get(0), turns);
    }

    private String rendered(List<Message> turns) {
        return template.render(turns, true);
    }

    @Override
    public List<Reply> runAll(List<List<Message>> conversations) {
        var texts = writer.writeAll(conversations.stream().map(this::rendered).toList(), defaults());
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            replies.add(new Reply(texts.get(i).get(0), conversations.get(i)));
        }
        return replies;
    }

    @Override
    public List<Message> input(String text) {
        return List.of(Message.of("user", text));
    }

    /**
     * Takes {@code messages}, a list of {@code {role, content}}; or {@code text} and if wanted {@code system} and
     * {@code history}, a list of pairs of a question and its answer, or of {@code {role, content}} as a reply has it.
     */
    @Override
    public List<Message> input(Map<String, ?> fields) {
        Fields read = Fields.of(task(), fields, "messages", "text", "system", "history");
        List<Message> turns = new ArrayList<>();
        if (fields.containsKey("messages")) {
            read.items("messages", ROLES).forEach(turn -> turns.add(message(read, "messages", turn)));
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

    @Override
    public void close() {
        writer.close();
    }
}
