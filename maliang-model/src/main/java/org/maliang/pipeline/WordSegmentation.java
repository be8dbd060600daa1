package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Cuts texts into words by a classifier of tokens whose labels tell where words begin and end (BMES, BIES, BI). */
public final class WordSegmentation extends ReadingPipeline<String, Words> {

    private final TokenLabels labels;

    WordSegmentation(Task task, Reader reader) {
        super(task, Signature.text("春江潮水连海平", "output"), reader);
        this.labels = new TokenLabels(task, reader);
    }

    @Override
    public List<Words> runAll(List<String> texts) {
        List<List<Spans.Span>> spans = labels.spans(texts);
        List<Words> results = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            List<String> words = new ArrayList<>();
            int at = 0;
            for (Spans.Span span : spans.get(i)) {
                addBetween(texts.get(i).substring(at, span.start()), words);
                words.add(span.span());
                at = span.end();
            }
            addBetween(texts.get(i).substring(at), words);
            results.add(new Words(words));
        }
        return results;
    }

    /** What the model put into no word is one by itself. */
    private static void addBetween(String rest, List<String> words) {
        if (!rest.isBlank()) {
            words.add(rest.strip());
        }
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
