package org.maliang.pipeline;

import java.util.List;

/**
 * Puts labels on texts: {@code text-classification}, {@code sentiment-classification}. Of a text that is longer than the
 * model reads, the beginning counts.
 */
public final class TextClassification extends ReadingPipeline<String, Labels> {

    private final Judge judge;

    TextClassification(Task task, Reader reader) {
        super(task, Signature.text("这家店很好", "labels", "scores"), reader);
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

    @Override
    String input(Fields fields) {
        return fields.text("text", "sentence");
    }
}
