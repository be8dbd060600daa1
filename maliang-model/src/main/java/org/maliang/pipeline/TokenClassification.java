package org.maliang.pipeline;

import java.util.List;
import java.util.Map;

/**
 * Marks parts of texts: {@code token-classification}, {@code named-entity-recognition}, {@code part-of-speech}. Texts may be
 * longer than the model reads. Labels follow BIO, BIOES, BMES or BILOU, or have no marks; {@code O} is no part.
 */
public final class TokenClassification extends ReadingPipeline<String, Spans> {

    private final TokenLabels labels;

    TokenClassification(Task task, Reader reader) {
        super(task, reader);
        this.labels = new TokenLabels(task, reader);
    }

    @Override
    public List<Spans> runAll(List<String> texts) {
        return labels.spans(texts).stream().map(Spans::new).toList();
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
