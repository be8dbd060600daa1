package org.maliang.pipeline;

import java.util.List;

/**
 * Marks parts of texts: {@code token-classification}, {@code named-entity-recognition}, {@code part-of-speech}. Texts may be
 * longer than the model reads. Labels follow BIO, BIOES, BMES or BILOU, or have no marks; {@code O} is no part.
 */
public final class TokenClassification extends ReadingPipeline<String, Spans> {

    private final TokenLabels labels;

    TokenClassification(Task task, Reader reader) {
        super(task, Signature.text("马良在江南画画", "output"), reader);
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

    @Override
    String input(Fields fields) {
        return fields.text("text", "sentence");
    }
}
