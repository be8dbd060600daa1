package org.maliang.pipeline;

import java.util.List;
import java.util.Map;

/**
 * Puts labels on texts: {@code text-classification}, {@code sentiment-classification}. Of a text that is longer than the
 * model reads, the beginning counts.
 */
public final class TextClassification extends ReadingPipeline<String, Labels> {

    private final Judge judge;

    TextClassification(Task task, Reader reader) {
        super(task, reader);
        this.judge = Judge.of(task, reader);
    }

    @Override
    public List<Labels> runAll(List<String> texts) {
        return judge.scores(reader().encode(texts)).stream()
                .map(scores -> Labels.of(reader().labels(), scores))
                .toList();
    }

    @Override
    public String input(String text) {
        return text;
    }

    /** Takes {@code text} or {@code sentence}. */
    @Override
    public String input(Map<String, ?> fields) {
        return Fields.text(task(), fields, "text", "sentence");
    }
}
