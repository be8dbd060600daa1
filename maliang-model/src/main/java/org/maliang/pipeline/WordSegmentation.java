package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cuts texts into words by a classifier of tokens whose labels tell where words begin and end (BMES, BIES, BI). */
public final class WordSegmentation extends ReadingPipeline<String, Words> {

    private final TokenLabels labels;

    WordSegmentation(Task task, Reader reader) {
        super(task, reader);
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

    /** Takes {@code text} or {@code sentence}. */
    @Override
    public String input(Map<String, ?> fields) {
        return Fields.text(task(), fields, "text", "sentence");
    }
}
